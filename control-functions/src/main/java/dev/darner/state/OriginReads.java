package dev.darner.state;

import dev.darner.model.HostId;
import dev.darner.model.TaskId;
import dev.darner.schema.OriginBudgetRecord;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * How much is read from origins in one cluster: which places of its budget are taken, and which
 * hosts read. Any thread may read and, within this room, change it.
 */
public final class OriginReads {
  private final Map<Integer, Seen<OriginBudgetRecord>> places = new ConcurrentHashMap<>();
  private final Map<HostId, Integer> readers = new ConcurrentHashMap<>();

  /** Of which tasks a host has a slot. */
  private final Map<HostId, Set<TaskId>> slots = new ConcurrentHashMap<>();

  /** Who has a place, if anybody has. */
  public Optional<Seen<OriginBudgetRecord>> place(int number) {
    return Optional.ofNullable(places.get(number));
  }

  /** How many places are taken, those too that the budget has no more. */
  public int taken() {
    return places.size();
  }

  /** The numbers of those. */
  public IntStream numbers() {
    return places.keySet().stream().mapToInt(Integer::intValue);
  }

  /**
   * A place that nobody has, by chance: two replicas seldom try for the same.
   *
   * @param most how many places there are, 1 or more
   */
  public OptionalInt free(int most, RandomGenerator chance) {
    // Among one more than are taken one is free.
    int from = chance.nextInt(most);
    return IntStream.range(0, Math.min(most, places.size() + 1))
        .map(step -> 1 + (int) (((long) from + step) % most))
        .filter(number -> !places.containsKey(number))
        .findFirst();
  }

  /** How many hosts read some origin. */
  public int readers() {
    return readers.size();
  }

  /** Whether a host reads some origin. */
  public boolean reads(HostId host) {
    return readers.containsKey(host);
  }

  /** The tasks of which a host has a slot. */
  public Set<TaskId> slotsOf(HostId host) {
    return Set.copyOf(slots.getOrDefault(host, Set.of()));
  }

  /** Notes whether a host has a slot of a task; each task by one thread at a time. */
  void note(HostId host, TaskId task, boolean has) {
    slots.compute(
        host,
        (id, old) -> {
          Set<TaskId> tasks = old == null ? ConcurrentHashMap.newKeySet() : old;
          boolean _ = has ? tasks.add(task) : tasks.remove(task);
          return tasks.isEmpty() ? null : tasks;
        });
  }

  void put(int number, Seen<OriginBudgetRecord> seen) {
    places.merge(number, seen, Seen::later);
  }

  void remove(int number, long revision) {
    places.computeIfPresent(number, (same, seen) -> Seen.after(seen, revision));
  }

  /** A slot is another than it was. */
  void changed(Optional<Slot> before, Optional<Slot> after) {
    after.flatMap(OriginReads::reader).ifPresent(host -> readers.merge(host, 1, Integer::sum));
    before
        .flatMap(OriginReads::reader)
        .ifPresent(host -> readers.computeIfPresent(host, (same, n) -> n == 1 ? null : n - 1));
  }

  private static Optional<HostId> reader(Slot slot) {
    return slot.seen().record().abroad()
        ? Optional.empty()
        : Optional.of(slot.seen().record().host());
  }
}
