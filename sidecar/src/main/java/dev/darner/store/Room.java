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
import java.util.concurrent.atomic.AtomicInteger;
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
  private static final int ROUNDS = 2;

  private final AtomicInteger evictions = new AtomicInteger();
  private final Ground ground;
  private final StoreSettings settings;

  Room(Ground ground, StoreSettings settings) {
    this.ground = ground;
    this.settings = settings;
  }

  /** Bytes of what is sealed, and the full sizes of what is not. */
  long used() {
    return ground.census().used();
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
      evicted.forEach(Slot::tellGone);
    }
  }

  private Slot reserveNew(Label label, List<Slot> evicted) throws StoreException {
    makeRoom(label, evicted);
    Slot slot = new Slot(ground, label, State.RESERVED, ground.clock().instant());
    ground.census().begun(slot);
    ground.slots().put(label.task(), slot);
    return slot;
  }

  private void makeRoom(Label label, List<Slot> evicted) throws StoreException {
    for (int round = 0; round <= ROUNDS; round++) {
      long quotaLack = quotaLack(label.size());
      long diskLack = diskLack(label.size());
      if (quotaLack <= 0 && diskLack <= 0) {
        return;
      }
      List<Slot> idle = leaving();
      boolean inVain = sum(idle, Slot::size) < quotaLack || sum(idle, Slot::onDisk) < diskLack;
      if (!inVain && evict(idle, quotaLack, diskLack, evicted)) {
        return;
      }
      // Some were taken into use meanwhile; others may have been let go.
    }
    throw full(label.size(), label.task().text(), null);
  }

  /** Evicts from the first on until nothing lacks; whether it came so far. */
  private static boolean evict(List<Slot> idle, long quotaLack, long diskLack, List<Slot> evicted) {
    long quota = quotaLack;
    long disk = diskLack;
    for (Slot slot : idle) {
      long onDisk = slot.onDisk();
      if ((quota > 0 || disk > 0) && slot.evict()) {
        evicted.add(slot);
        quota -= slot.size();
        disk -= onDisk;
      }
    }
    return quota <= 0 && disk <= 0;
  }

  private long quotaLack(long need) {
    return hasQuota() ? used() + need - settings.quota().bytes() : 0;
  }

  /** What others have reserved and not yet written is not to be had. */
  private long diskLack(long need) throws StoreException {
    try {
      return ground.census().promised() + need - ground.folder().usable();
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

  /**
   * Does something that writes for {@code task}; when the disk is full, evicts and tries again.
   *
   * @param need bytes that it writes
   */
  void inRoom(TaskId task, long need, Log.Attempt attempt) throws StoreException {
    for (int round = 0; ; round++) {
      int seen = evictions.get();
      try {
        attempt.run();
        return;
      } catch (IOException e) {
        if (!Disk.isFull(e)) {
          throw Disk.failure(task.text(), e);
        }
        if (round == ROUNDS || !evict(need, seen)) {
          throw full(need, "more of " + task, e);
        }
      }
    }
  }

  /**
   * Evicts so much that {@code need} bytes get free, unless somebody did since {@code seen}.
   *
   * @return whether another try may succeed
   */
  private boolean evict(long need, int seen) {
    List<Slot> evicted = new ArrayList<>();
    synchronized (this) {
      if (evictions.get() != seen) {
        return true;
      }
      long lack = Math.max(need, 1);
      for (Slot slot : leaving()) {
        long onDisk = slot.onDisk();
        if (lack > 0 && slot.evict()) {
          evicted.add(slot);
          lack -= onDisk;
        }
      }
      evictions.addAndGet(evicted.size());
    }
    evicted.forEach(Slot::tellGone);
    return !evicted.isEmpty();
  }

  private StoreException full(long need, String what, IOException cause) {
    return new StoreException.Full(
        "no room for %s of %s in %s, where %s is taken%s and nothing more can be evicted: %s"
            .formatted(
                new ByteSize(need),
                what,
                ground.folder().root(),
                new ByteSize(used()),
                hasQuota() ? " of a quota of " + settings.quota() : "",
                hasQuota() ? "raise the quota, or free some of the disk" : "free some of the disk"),
        cause);
  }

  private boolean hasQuota() {
    return settings.quota().bytes() > 0;
  }
}
