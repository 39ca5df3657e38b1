package dev.darner.registry;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * The one deadline of a connection, moved with each thing that it waits for. Moving it touches no
 * queue: the loop is asked to wake once, for the earliest time that was set, and asks again when
 * the deadline has moved on by then. So a connection has one entry in the loop's queue, however
 * many requests it makes a second. Runs on the connection's event loop.
 */
final class Alarm {
  private final EventExecutor loop;
  private Runnable ring;
  private long at;
  private ScheduledFuture<?> waking;
  private long wakesAt;

  Alarm(EventExecutor loop) {
    this.loop = loop;
  }

  /** Runs {@code then} after {@code nanos}, in place of what was set before. */
  void set(long nanos, Runnable then) {
    ring = then;
    at = System.nanoTime() + nanos;
    if (waking != null && wakesAt - at > 0) {
      stopWaking();
    }
    if (waking == null) {
      wakeAfter(nanos);
    }
  }

  /** Nothing is waited for. */
  void clear() {
    ring = null;
  }

  /** Nothing is waited for any more. */
  void stop() {
    clear();
    stopWaking();
  }

  private void stopWaking() {
    if (waking != null) {
      waking.cancel(false);
      waking = null;
    }
  }

  private void wakeAfter(long nanos) {
    wakesAt = at;
    waking = loop.schedule(this::woken, nanos, TimeUnit.NANOSECONDS);
  }

  private void woken() {
    waking = null;
    if (ring == null) {
      return;
    }
    long left = at - System.nanoTime();
    if (left > 0) {
      wakeAfter(left);
    } else {
      Runnable due = ring;
      ring = null;
      due.run();
    }
  }
}
