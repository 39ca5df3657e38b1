package dev.darner.access;

import dev.darner.schema.Entry;
import dev.darner.schema.Json;
import dev.darner.schema.Key;
import dev.darner.schema.StateException;
import dev.darner.schema.TokenRecord;
import dev.darner.schema.Transaction;
import dev.darner.schema.TransactionResult;
import dev.darner.state.ClusterView;
import dev.darner.state.Reach;
import dev.darner.state.Seen;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The tokens of the state, by the view: so they are known when the state is out of reach, and one
 * that is revoked is forgotten as soon as the watch tells. One that the view does not show yet is
 * looked up in the store. Any thread may call.
 */
final class KnownTokens {
  /** So long an id that the store does not have is not looked up again. */
  private static final Duration ABSENT = Duration.ofSeconds(2);

  private static final int KEPT = 1000;

  private final ClusterView view;
  private final Reach reach;
  private final InstantSource clock;

  /** Until when an id counts as one of no token; guarded by itself. */
  private final Recent<Instant> absent = new Recent<>(KEPT);

  KnownTokens(ClusterView view, Reach reach, InstantSource clock) {
    this.view = view;
    this.reach = reach;
    this.clock = clock;
  }

  /** A token as the view shows it. */
  Optional<TokenRecord> known(String id) {
    return view.token(id).map(Seen::record);
  }

  /** Every token as the view shows it. */
  Collection<Seen<TokenRecord>> all() {
    return view.tokens();
  }

  /** Whether a replica answers from a view that may be old. */
  boolean degraded() {
    return reach.degraded();
  }

  /** Whether the store had no such token a moment ago. */
  boolean provenUnknown(String id) {
    synchronized (absent) {
      Instant until = absent.get(id);
      return until != null && clock.instant().isBefore(until);
    }
  }

  /** A token as the store has it now, for whom the view does not know. */
  Optional<TokenRecord> lookUp(String id) throws StateException, InterruptedException {
    Optional<TokenRecord> found = read(id).map(Seen::record);
    if (found.isEmpty()) {
      synchronized (absent) {
        absent.put(id, clock.instant().plus(ABSENT));
      }
    }
    return found;
  }

  /** A token as the store has it now, with its revision. */
  Optional<Seen<TokenRecord>> read(String id) throws StateException, InterruptedException {
    Transaction reading =
        new Transaction(List.of(), List.of(), List.of(), List.of(new Key.Token(id).text()));
    return commit(reading).reads().stream().findFirst().flatMap(entry -> seen(id, entry));
  }

  private static Optional<Seen<TokenRecord>> seen(String id, Entry entry) {
    return Json.read(entry.value(), TokenRecord.class)
        .filter(record -> record.id().equals(id))
        .map(record -> new Seen<>(record, entry.revision(), entry.lease()));
  }

  /** Writes to the store, which the view learns. */
  TransactionResult commit(Transaction transaction) throws StateException, InterruptedException {
    return reach.within(reach.patience().placing(), store -> store.commit(transaction));
  }
}
