package dev.darner.membership;

import dev.darner.schema.StateException;
import dev.darner.schema.StateStore;
import dev.darner.state.Reach;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/**
 * The hosts that are being registered. There is a limit to how many are so at once: thousands come
 * together when a cluster starts or its state was lost, each costs the store some flushes of its
 * log, and if all were let in, none would be done in its time, and the hosts that are known already
 * would lose their leases beside them. Any thread may come.
 */
final class Newcomers {
  private final Semaphore places;

  /**
   * @param most who are let in at once, at least 1
   */
  Newcomers(int most) {
    this.places = new Semaphore(most);
  }

  /**
   * Registers one; empty at once when as many as may be are under way. What was begun goes on when
   * the host does not wait for it any more: it finds itself known when it comes again, and keeps
   * its place until then.
   *
   * @throws StateException.Unavailable when the store is slow
   */
  <T> Optional<T> admit(Reach reach, Reach.Work<T> registering)
      throws StateException, InterruptedException {
    if (!places.tryAcquire()) {
      return Optional.empty();
    }
    Future<T> begun = null;
    try {
      begun = reach.begin(store -> registered(store, registering));
    } finally {
      if (begun == null) {
        places.release();
      }
    }
    return Optional.of(reach.await(begun, reach.patience().reporting()));
  }

  private <T> T registered(StateStore store, Reach.Work<T> registering)
      throws StateException, InterruptedException {
    try {
      return registering.run(store);
    } finally {
      places.release();
    }
  }
}
