package dev.darner.membership;

import dev.darner.schema.StateException;
import java.util.concurrent.Semaphore;

/**
 * The hosts that are being registered. There is a limit to how many are so at once: thousands come
 * together when a cluster starts or its state was lost, each costs the store some round trips, and
 * if they were all let in, none would be done in its time, and the hosts that are known already
 * would lose their leases beside them. Any thread may come.
 */
final class Newcomers {
  private final int most;
  private final Semaphore places;

  /**
   * @param most who are let in at once, at least 1
   */
  Newcomers(int most) {
    this.most = most;
    this.places = new Semaphore(most);
  }

  /** What is done for one of them. */
  @FunctionalInterface
  interface Work<T> {
    T run() throws StateException, InterruptedException;
  }

  /**
   * Does it, or refuses at once.
   *
   * @throws StateException.Unavailable when as many as may be are under way
   */
  <T> T admit(Work<T> work) throws StateException, InterruptedException {
    if (!places.tryAcquire()) {
      throw new StateException.Unavailable(most + " hosts are being registered already", null);
    }
    try {
      return work.run();
    } finally {
      places.release();
    }
  }
}
