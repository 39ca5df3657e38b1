package dev.darner.sidecar;

import dev.darner.model.ByteBudget;
import java.util.concurrent.TimeUnit;

/** Makes threads wait for their share of a budget. Safe for use by many threads. */
final class Pace {
  private final ByteBudget budget;

  Pace(ByteBudget budget) {
    this.budget = budget;
  }

  int slice() {
    return budget.slice();
  }

  /** Waits until {@code bytes} more may be moved. */
  void await(int bytes) throws InterruptedException {
    if (budget.limited()) {
      TimeUnit.NANOSECONDS.sleep(budget.take(bytes, System.nanoTime()));
    }
  }
}
