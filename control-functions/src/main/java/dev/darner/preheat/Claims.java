package dev.darner.preheat;

import dev.darner.model.PreheatId;
import dev.darner.schema.Json;
import dev.darner.schema.Key;
import dev.darner.schema.PreheatClaimRecord;
import dev.darner.schema.StateException;
import dev.darner.schema.StateStore;
import dev.darner.schema.Transaction;
import dev.darner.schema.Transaction.Condition;
import dev.darner.schema.Transaction.Put;
import dev.darner.schema.TransactionResult;
import dev.darner.state.Preheat;
import dev.darner.state.Seen;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * The preheats that this replica drives: each by a key on one lease of the replica, which it keeps
 * alive. When the replica dies the keys go, and another one takes them. Any thread may call; one at
 * a time works.
 */
final class Claims {
  /** How long a dead replica's preheats stand still at most; nobody waits for their driver else. */
  static final Duration TTL = Duration.ofSeconds(5);

  private static final Duration KEPT_EVERY = Duration.ofSeconds(1);

  private final String owner;
  private final InstantSource clock;
  private long lease;
  private Instant kept = Instant.MIN;

  /**
   * @param owner a name that no other replica has
   */
  Claims(String owner, InstantSource clock) {
    this.owner = owner;
    this.clock = clock;
  }

  /**
   * Has the claim of a preheat, if nobody else has it.
   *
   * @return the condition under which this replica drives it; empty when it does not
   */
  synchronized Optional<Condition> claim(StateStore store, Preheat preheat)
      throws StateException, InterruptedException {
    Optional<Seen<PreheatClaimRecord>> standing = preheat.claim();
    if (standing.isPresent()) {
      boolean own = lease != 0 && standing.get().lease() == lease && keep(store);
      return own
          ? Optional.of(new Condition(key(preheat.id()), standing.get().revision()))
          : Optional.empty();
    }
    return take(store, key(preheat.id()));
  }

  private Optional<Condition> take(StateStore store, String key)
      throws StateException, InterruptedException {
    if (lease == 0 || !keep(store)) {
      lease = store.grantLease(TTL);
      kept = clock.instant();
    }
    PreheatClaimRecord claim = new PreheatClaimRecord(owner, clock.instant());
    TransactionResult result =
        store.commit(
            new Transaction(
                List.of(new Condition(key, 0)),
                List.of(new Put(key, Json.write(claim), lease)),
                List.of(),
                List.of(key)));
    return result.written() ? Optional.of(new Condition(key, result.revision())) : Optional.empty();
  }

  /** Renews the lease now and then; false when it is lost, and all claims with it. */
  private boolean keep(StateStore store) throws StateException, InterruptedException {
    if (clock.instant().isBefore(kept.plus(KEPT_EVERY))) {
      return true;
    }
    if (!store.keepAlive(lease)) {
      lease = 0;
      return false;
    }
    kept = clock.instant();
    return true;
  }

  /** Gives all claims back, so that others need not wait for the lease to end. */
  synchronized void giveBack(StateStore store) throws StateException, InterruptedException {
    if (lease != 0) {
      store.revoke(lease);
      lease = 0;
    }
  }

  private static String key(PreheatId preheat) {
    return new Key.PreheatClaim(preheat).text();
  }
}
