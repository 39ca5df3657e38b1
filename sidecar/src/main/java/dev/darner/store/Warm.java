package dev.darner.store;

import java.util.LinkedHashSet;

/**
 * The sealed contents whose files stay open though nobody uses them: the last {@value #MOST} that
 * were used, so that the next reader need not open and read anything. Evicting one closes it. Safe
 * for use by many threads.
 */
final class Warm {
  private static final int MOST = 256;

  private final LinkedHashSet<Slot> slots = new LinkedHashSet<>();

  /** Its last user has gone. Called under no lock: another one may be closed for it. */
  void keep(Slot slot) {
    Slot eldest = null;
    synchronized (this) {
      slots.addLast(slot);
      if (slots.size() > MOST) {
        eldest = slots.removeFirst();
      }
    }
    if (eldest != null) {
      eldest.cool();
    }
  }

  /** It is gone. */
  synchronized void forget(Slot slot) {
    slots.remove(slot);
  }
}
