package dev.darner.store;

import dev.darner.store.Slot.State;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What a store's contents take together, kept while they come and go: counting them all for each
 * new one would cost more than the small ones themselves. Safe for use by many threads.
 */
final class Census {
  private final Set<Slot> unfinished = ConcurrentHashMap.newKeySet();
  private final AtomicLong used = new AtomicLong();

  /** An unfinished content has its place. */
  void begun(Slot slot) {
    if (unfinished.add(slot)) {
      used.addAndGet(slot.size());
    }
  }

  /** A content is sealed, or was found so. */
  void sealed(Slot slot) {
    if (!unfinished.remove(slot)) {
      used.addAndGet(slot.size());
    }
  }

  /** A content is no more, that was {@code before}. */
  void gone(Slot slot, State before) {
    if (unfinished.remove(slot) || before == State.SEALED) {
      used.addAndGet(-slot.size());
    }
  }

  /** Bytes of what is sealed, and the full sizes of what is not: as of one moment. */
  long used() {
    return used.get();
  }

  /** Bytes of the unfinished ones that are still to be written. */
  long promised() {
    return unfinished.stream().mapToLong(slot -> slot.size() - slot.onDisk()).sum();
  }
}
