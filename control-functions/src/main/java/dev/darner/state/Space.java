package dev.darner.state;

import dev.darner.schema.StateException;
import dev.darner.schema.StateStore;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Whether the store has space for what is new. One that has none still answers who reads, renews
 * leases and removes: that is no outage. What needs space fails from the first refusal on without
 * asking the store, which writes down each refusal; until a trial finds space again.
 *
 * <p>Any thread may call.
 */
final class Space {
  private static final Logger LOG = System.getLogger(Space.class.getName());

  /** It is ended at once; this is when the process dies in between. */
  private static final Duration TRIAL = Duration.ofSeconds(1);

  /** The refusal that told of it; null while there is space. */
  private final AtomicReference<StateException.Full> refusal = new AtomicReference<>();

  /** Something that needs space in the store. */
  @FunctionalInterface
  interface Taking<T> {
    T run() throws StateException, InterruptedException;
  }

  /** Whether there is some, as far as is known. */
  boolean isLeft() {
    return refusal.get() == null;
  }

  /**
   * Does nothing while there is space.
   *
   * @throws StateException.Full when there is none
   */
  void require() throws StateException.Full {
    StateException.Full known = refusal.get();
    if (known != null) {
      throw new StateException.Full(known.getMessage(), known);
    }
  }

  /** Does what needs space, unless there is none. */
  <T> T taking(Taking<T> taking) throws StateException, InterruptedException {
    require();
    try {
      return taking.run();
    } catch (StateException.Full e) {
      if (refusal.compareAndSet(null, e)) {
        LOG.log(
            Level.WARNING,
            "the state has no space: what is known is answered and leases are renewed, but nothing"
                + " new is written until some is made: {0}",
            e.getMessage());
      }
      throw e;
    }
  }

  /** Tries whether there is space again: a lease takes little, and goes without a trace. */
  void seek(StateStore store) throws StateException, InterruptedException {
    long trial = store.grantLease(TRIAL);
    if (refusal.getAndSet(null) != null) {
      LOG.log(Level.INFO, "the state has space again");
    }
    store.revoke(trial);
  }
}
