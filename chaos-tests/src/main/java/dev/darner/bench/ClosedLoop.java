package dev.darner.bench;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Calls that follow one another, a bounded number of them in flight: as many as the other end
 * answers. Used once; the calls go on, on the threads of their answers.
 */
final class ClosedLoop {
  private static final int IN_FLIGHT = 64;

  /** After one that failed: another that fails at once would be asked by the one before it. */
  private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(10);

  private final Herd herd;
  private final Caller caller;
  private final Tally tally = new Tally();
  private final AtomicInteger next = new AtomicInteger();
  private final CountDownLatch ended = new CountDownLatch(IN_FLIGHT);
  private final long end;

  private ClosedLoop(Herd herd, Caller caller, long nanos) {
    this.herd = herd;
    this.caller = caller;
    this.end = System.nanoTime() + nanos;
  }

  /** Begins one call; one of the two runs when it has ended. */
  interface Caller {
    void call(int number, long since, Tally tally, Runnable answered, Runnable failed);
  }

  /** Adds what came of calling for {@code nanos}. */
  static void run(Herd herd, Caller caller, long nanos, Bench.Samples samples)
      throws InterruptedException {
    ClosedLoop loop = new ClosedLoop(herd, caller, nanos);
    for (int i = 0; i < IN_FLIGHT; i++) {
      loop.step();
    }
    loop.ended.await();
    loop.tally.addTo(samples, nanos / 1e9);
    loop.tally.firstError().ifPresent(error -> Bench.warn("in a closed loop", error));
  }

  private void step() {
    long now = System.nanoTime();
    if (now < end) {
      caller.call(
          next.getAndIncrement(), now, tally, this::step, () -> herd.after(PAUSE, this::step));
    } else {
      ended.countDown();
    }
  }
}
