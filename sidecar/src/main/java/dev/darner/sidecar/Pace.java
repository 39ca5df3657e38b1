package dev.darner.sidecar;

import dev.darner.model.ByteBudget;
import java.util.concurrent.TimeUnit;

/** Makes threads wait for their share of a budget. Safe for use by many threads. */
final class Pace {
  /** Who waits looks at least so often whether the rate has changed. */
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final ByteBudget budget;

  Pace(ByteBudget budget) {
    this.budget = budget;
  }

  int slice() {
    return budget.slice();
  }

  /** Waits until {@code bytes} more may be moved, or another rate holds. */
  void await(int bytes) throws InterruptedException {
    long rate = budget.rate();
    if (rate == 0) {
      return;
    }
    long now = System.nanoTime();
    long until = now + budget.take(bytes, now);
    for (long left = until - now; left > 0 && budget.rate() == rate; ) {
      TimeUnit.NANOSECONDS.sleep(Math.min(left, LOOK_NANOS));
      left = until - System.nanoTime();
    }
  }
}
