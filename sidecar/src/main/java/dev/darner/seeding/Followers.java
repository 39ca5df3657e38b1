package dev.darner.seeding;

import dev.darner.model.HostAddress;
import dev.darner.model.TaskId;
import dev.darner.store.StoreListener;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/** Who follows which task on this host, {@value #MOST} at most. Safe for use by many threads. */
final class Followers implements StoreListener {
  private static final int MOST = 4096;

  /** Others whom a follower is told of. */
  private static final int NAMED = 8;

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
     * Stands at {@code index} in the ring of {@code all}, and is told of those who stand 1, 2, 4...
     * places on, then of those in between: so that each hears of few, and news is everywhere after
     * few hops.
     */
    static Place in(List<String> all, int index) {
      int count = all.size();
      Set<Integer> steps = new LinkedHashSet<>();
      for (int step = 1; step < count; step *= 2) {
        steps.add(step);
      }
      for (int step = 1; step < count && steps.size() < NAMED; step++) {
        steps.add(step);
      }
      List<String> others =
          steps.stream().limit(NAMED).map(step -> all.get((index + step) % count)).toList();
      return new Place(index, count, others);
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
    Map<HostAddress, Integer> indexes = new LinkedHashMap<>();
    feeds.forEach(feed -> feed.from().ifPresent(own -> indexes.putIfAbsent(own, indexes.size())));
    List<String> all = new ArrayList<>();
    indexes.keySet().forEach(own -> all.add(own.toString()));
    for (HoldingFeed feed : feeds) {
      feed.place(feed.from().map(own -> Place.in(all, indexes.get(own))).orElse(Place.ALONE));
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
