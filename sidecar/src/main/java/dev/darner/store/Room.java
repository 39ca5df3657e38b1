package dev.darner.store;

import dev.darner.model.ByteSize;
import dev.darner.model.TaskId;
import dev.darner.store.Slot.State;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * The room that a store may fill, and who has to leave when it gets tight. An ingest has its full
 * size reserved from its begin. What nobody uses is removed in this order: unfinished contents that
 * are stale, sealed ones, unfinished ones that are not stale; in each the least recently used
 * first. Nothing is removed when all of it together would not make room enough.
 *
 * <p>Safe for use by many threads.
 */
final class Room {
  private final Ground ground;
  private final StoreSettings settings;

  Room(Ground ground, StoreSettings settings) {
    this.ground = ground;
    this.settings = settings;
  }

  /** Bytes of what is sealed, and the full sizes of what is not. */
  long used() {
    return sum(ground.slots().values(), Slot::size);
  }

  private static long sum(Iterable<Slot> slots, ToLongFunction<Slot> of) {
    long sum = 0;
    for (Slot slot : slots) {
      sum += of.applyAsLong(slot);
    }
    return sum;
  }

  /**
   * The task's place in the store, a reserved one when it has none.
   *
   * @throws StoreException.Full when there is no room for it
   */
  Slot reserve(Label label) throws StoreException {
    List<Slot> evicted = new ArrayList<>();
    try {
      synchronized (this) {
        Slot present = ground.slots().get(label.task());
        return present == null ? reserveNew(label, evicted) : present;
      }
    } finally {
      tell(evicted);
    }
  }

  private Slot reserveNew(Label label, List<Slot> evicted) throws StoreException {
    makeRoom(label.size(), "for " + label.task(), evicted);
    Slot slot = new Slot(ground, label, State.RESERVED, ground.clock().instant());
    ground.slots().put(label.task(), slot);
    return slot;
  }

  private void makeRoom(long need, String what, List<Slot> evicted) throws StoreException {
    long quotaLack = quotaLack(need);
    long diskLack = diskLack(need);
    if (quotaLack <= 0 && diskLack <= 0) {
      return;
    }
    List<Slot> idle = leaving();
    if (sum(idle, Slot::size) < quotaLack || sum(idle, Slot::onDisk) < diskLack) {
      throw full(need, what, null);
    }
    for (Slot slot : idle) {
      if (quotaLack <= 0 && diskLack <= 0) {
        return;
      }
      long onDisk = slot.onDisk();
      if (slot.evict()) {
        evicted.add(slot);
        quotaLack -= slot.size();
        diskLack -= onDisk;
      }
    }
    if (quotaLack > 0 || diskLack > 0) {
      throw full(need, what, null);
    }
  }

  private long quotaLack(long need) {
    long quota = settings.quota().bytes();
    return quota == 0 ? 0 : used() + need - quota;
  }

  /** What others have reserved and not yet written is not to be had. */
  private long diskLack(long need) throws StoreException {
    try {
      long promised = sum(ground.slots().values(), slot -> slot.size() - slot.onDisk());
      return promised + need - ground.folder().usable();
    } catch (IOException e) {
      throw Disk.failure("the data folder " + ground.folder().root(), e);
    }
  }

  /** What nobody uses, in the order in which it has to leave. */
  private List<Slot> leaving() {
    return ground.slots().values().stream()
        .filter(Slot::idle)
        .sorted(Comparator.comparingInt(this::rank).thenComparing(Slot::lastUse))
        .toList();
  }

  private int rank(Slot slot) {
    if (slot.state() == State.SEALED) {
      return 1;
    }
    return isStale(slot.lastUse()) ? 0 : 2;
  }

  /** Whether an unfinished content that was last used then is not worth keeping. */
  boolean isStale(Instant lastUse) {
    return Duration.between(lastUse, ground.clock().instant()).compareTo(settings.staleAfter()) > 0;
  }

  private StoreException full(long need, String what, IOException cause) {
    ByteSize quota = settings.quota();
    String limit = quota.bytes() == 0 ? "its disk" : "its quota of " + quota + " or its disk";
    return new StoreException.Full(
        "no room in %s for %s %s: %s is taken, %s has no more, and nothing else can be evicted: raise the quota, or free or add disk"
            .formatted(
                ground.folder().root(), new ByteSize(need), what, new ByteSize(used()), limit),
        cause);
  }

  /**
   * Does something that writes for {@code task}; when the disk is full, evicts and tries again.
   *
   * @param need bytes that it writes
   */
  void inRoom(TaskId task, long need, Log.Attempt attempt) throws StoreException {
    try {
      attempt.run();
    } catch (IOException e) {
      if (!Disk.isFull(e)) {
        throw Disk.failure(task.text(), e);
      }
      evict(need, task, e);
      again(task, need, attempt);
    }
  }

  private void again(TaskId task, long need, Log.Attempt attempt) throws StoreException {
    try {
      attempt.run();
    } catch (IOException e) {
      throw Disk.isFull(e) ? full(need, "more of " + task, e) : Disk.failure(task.text(), e);
    }
  }

  private void evict(long need, TaskId task, IOException cause) throws StoreException {
    long freed = 0;
    List<Slot> evicted = new ArrayList<>();
    for (Slot slot : leaving()) {
      long onDisk = slot.onDisk();
      if (freed < need && slot.evict()) {
        evicted.add(slot);
        freed += onDisk;
      }
    }
    tell(evicted);
    if (evicted.isEmpty()) {
      throw full(need, "more of " + task, cause);
    }
  }

  private void tell(List<Slot> evicted) {
    evicted.forEach(Slot::tellGone);
  }
}
