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

  /** How far it is, asked while it runs. Must return at once. */
  OrderOutcome soFar();
}
