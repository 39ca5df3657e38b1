package dev.darner.orders;

import dev.darner.controlplane.OrderOutcome;

/** How one kind of order is done. */
interface Job {
  /**
   * Does it; what it cannot do is an outcome too.
   *
   * @throws InterruptedException when it is given up
   */
  OrderOutcome run() throws InterruptedException;

  /** It does nothing but wait for another time, so that another may work meanwhile. */
  default boolean isResting() {
    return false;
  }

  /** How far it is, asked while it runs. Must return at once. */
  OrderOutcome soFar();
}
