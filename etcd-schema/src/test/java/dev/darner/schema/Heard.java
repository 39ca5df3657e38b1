package dev.darner.schema;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A listener that keeps what it heard, and whether it was told as promised: by one thread at a
 * time, in order, and nothing after the last call. Any thread may ask; the monitor guards all.
 */
final class Heard implements WatchListener {
  private final List<Change> changes = new ArrayList<>();
  private final AtomicReference<Thread> caller = new AtomicReference<>();
  private final Runnable before;
  private long revision;
  private StateException lost;
  private AssertionError broken;

  Heard() {
    this(() -> {});
  }

  /** Does something at the beginning of each call. */
  Heard(Runnable before) {
    this.before = before;
  }

  @Override
  public void changed(List<Change> told, long upTo) {
    alone(() -> {
      assertTrue(!told.isEmpty(), "no changes");
      for (Change change : told) {
        assertTrue(change.entry().revision() >= revision, "out of order: " + change);
      }
      assertTrue(told.getFirst().entry().revision() > revision, "twice: " + told);
      assertTrue(told.getLast().entry().revision() <= upTo, "beyond " + upTo + ": " + told);
      revision = upTo;
      changes.addAll(told);
    });
  }

  @Override
  public void lost(StateException reason) {
    alone(() -> lost = reason);
  }

  private void alone(Runnable note) {
    boolean first = caller.compareAndSet(null, Thread.currentThread());
    try {
      before.run();
      synchronized (this) {
        assertTrue(first, "two threads at once");
        assertNull(lost, "called after it was lost");
        note.run();
      }
    } catch (AssertionError e) {
      synchronized (this) {
        broken = e;
      }
    } finally {
      caller.set(null);
    }
  }

  /** All changes so far. */
  synchronized List<Change> changes() {
    if (broken != null) {
      throw broken;
    }
    return List.copyOf(changes);
  }

  /** Why the watch was lost; null while it was not. */
  synchronized StateException lost() {
    changes();
    return lost;
  }

  void waitFor(int count) throws Exception {
    Eventually.holds(
        count + " changes heard",
        () -> {
          assertNull(lost(), "lost");
          return changes().size() >= count;
        });
  }

  <T extends StateException> void waitForLost(Class<T> why) throws Exception {
    Eventually.holds("the watch is lost", () -> lost() != null);
    assertTrue(why.isInstance(lost()), () -> "lost by " + lost());
  }
}
