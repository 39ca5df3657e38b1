package dev.darner.seeding;

import dev.darner.model.Giver;
import dev.darner.model.HostAddress;
import dev.darner.model.TaskId;
import dev.darner.store.StoreListener;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;

/** Who follows which task on this host, {@value #MOST} at most. Safe for use by many threads. */
final class Followers implements StoreListener {
  private static final int MOST = 4096;

  /** Others whom a follower is told of. */
  private static final int NAMED = 8;

  /** Of them from other zones. */
  private static final int NAMED_FAR = 2;

  private final Semaphore places = new Semaphore(MOST);
  private final Map<TaskId, Set<HoldingFeed>> byTask = new ConcurrentHashMap<>();

  /**
   * Where a follower stands among those who give what they get.
   *
   * @param index from 0
   * @param count how many they are; 0 for one who does not belong to them
   * @param others addresses of some
   */
  record Place(int index, int count, List<String> others) {
    static final Place ALONE = new Place(0, 0, List.of());

    /**
     * Stands at {@code index} in the ring of {@code all}, and at {@code nearIndex} in the smaller
     * one of those of its own zone; is told of some of these, and of a few others, so that news
     * crosses.
     */
    static Place in(List<Giver> all, int index, List<Giver> near, int nearIndex) {
      int others = Math.min(NAMED_FAR, all.size() - near.size());
      Set<String> named = new LinkedHashSet<>();
      ring(near, nearIndex).limit(NAMED - others).forEach(named::add);
      ring(all, index)
          .filter(other -> !named.contains(other))
          .limit(others)
          .toList()
          .forEach(named::add);
      return new Place(index, all.size(), List.copyOf(named));
    }

    /**
     * Those who stand 1, 2, 4... places on, then those in between: so that each hears of few, and
     * news is everywhere after few hops.
     */
    private static Stream<String> ring(List<Giver> all, int index) {
      int count = all.size();
      Set<Integer> steps = new LinkedHashSet<>();
      for (int step = 1; step < count; step *= 2) {
        steps.add(step);
      }
      for (int step = 1; step < count && steps.size() < 2 * NAMED; step++) {
        steps.add(step);
      }
      return steps.stream().map(step -> all.get((index + step) % count).address().toString());
    }
  }

  /** Whether there was room for one more. */
  boolean add(TaskId task, HoldingFeed feed) {
    boolean room = places.tryAcquire();
    if (room) {
      byTask.compute(
          task,
          (_, feeds) -> {
            Set<HoldingFeed> all =
                feeds == null ? new LinkedHashSet<>() : new LinkedHashSet<>(feeds);
            all.add(feed);
            place(all);
            return all;
          });
    }
    return room;
  }

  /** Idempotent. */
  void remove(TaskId task, HoldingFeed feed) {
    byTask.computeIfPresent(
        task,
        (_, feeds) -> {
          Set<HoldingFeed> left = new LinkedHashSet<>(feeds);
          if (left.remove(feed)) {
            places.release();
            place(left);
          }
          return left.isEmpty() ? null : left;
        });
  }

  /** Gives each its place; a host has one, however often it follows. */
  private static void place(Set<HoldingFeed> feeds) {
    Rings rings = new Rings();
    feeds.forEach(feed -> feed.from().ifPresent(rings::add));
    feeds.forEach(feed -> feed.place(feed.from().map(rings::place).orElse(Place.ALONE)));
  }

  /** Those who give what they get, in the order in which they came: all, and by zone. */
  private static final class Rings {
    private final List<Giver> all = new ArrayList<>();
    private final Map<HostAddress, Integer> indexes = new HashMap<>();
    private final Map<List<String>, List<Giver>> zones = new HashMap<>();
    private final Map<HostAddress, Integer> nearIndexes = new HashMap<>();

    void add(Giver giver) {
      if (indexes.putIfAbsent(giver.address(), all.size()) == null) {
        all.add(giver);
        List<Giver> near = zones.computeIfAbsent(zone(giver), zone -> new ArrayList<>());
        nearIndexes.put(giver.address(), near.size());
        near.add(giver);
      }
    }

    Place place(Giver giver) {
      Giver known = all.get(indexes.get(giver.address()));
      return Place.in(
          all,
          indexes.get(giver.address()),
          zones.get(zone(known)),
          nearIndexes.get(giver.address()));
    }

    private static List<String> zone(Giver giver) {
      return List.of(giver.topology().region(), giver.topology().zone());
    }
  }

  @Override
  public void changed(TaskId task, Change change) {
    byTask.getOrDefault(task, Set.of()).forEach(HoldingFeed::wake);
  }

  /** Tells each one how things stand, whether they changed or not. */
  void wakeAll() {
    byTask.values().forEach(feeds -> feeds.forEach(HoldingFeed::wake));
  }
}
