package dev.darner.access;

import dev.darner.schema.Entry;
import dev.darner.schema.Excerpt;
import dev.darner.schema.Key;
import dev.darner.schema.Range;
import dev.darner.schema.StateException;
import dev.darner.schema.StateStore;
import dev.darner.schema.TokenRecord;
import dev.darner.schema.Transaction;
import dev.darner.state.ClusterView;
import dev.darner.state.Reach;
import dev.darner.state.Scheduler;
import dev.darner.state.Seen;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Removes audit entries that are older than a month or more than 10,000, the oldest first, and
 * tokens that expired a day ago, so that the store stays bounded. Every replica sweeps; they do not
 * disturb one another: an entry that goes is named, and a token goes only unchanged. One thread
 * sweeps.
 */
final class AccessRetention {
  private static final Duration EVERY = Duration.ofMinutes(1);

  /** For all removals of one sweep; nobody waits for it. */
  private static final Duration BUDGET = Duration.ofSeconds(10);

  static final Duration OLDEST_ENTRY = Duration.ofDays(30);
  static final int MOST_ENTRIES = 10_000;
  static final Duration EXPIRED_FOR = Duration.ofDays(1);

  private final ClusterView view;
  private final Reach reach;
  private final InstantSource clock;

  AccessRetention(ClusterView view, Reach reach, InstantSource clock) {
    this.view = view;
    this.reach = reach;
    this.clock = clock;
  }

  /** Sweeps again and again. */
  void start(Scheduler scheduler) {
    scheduler.each(EVERY, this::sweep);
  }

  void sweep() {
    boolean _ = reach.unawaited("to remove old tokens and audit entries", BUDGET, this::sweep);
  }

  private long sweep(StateStore store) throws StateException, InterruptedException {
    long gone = sweepTokens(store);
    for (int removed = Transaction.PART; removed == Transaction.PART; gone += removed) {
      removed = sweepEntries(store);
    }
    return gone;
  }

  private int sweepEntries(StateStore store) throws StateException, InterruptedException {
    Range oldest = new Range(Key.AUDIT, Key.AFTER_AUDIT, Transaction.PART, false);
    Excerpt found = store.read(oldest);
    String kept = Key.Audit.from(clock.instant().minus(OLDEST_ENTRY));
    List<String> due =
        IntStream.range(0, found.entries().size())
            .filter(i ->
                i < found.count() - MOST_ENTRIES
                    || found.entries().get(i).key().compareTo(kept) < 0)
            .mapToObj(found.entries()::get)
            .map(Entry::key)
            .toList();
    if (!due.isEmpty()) {
      store.commit(new Transaction(List.of(), List.of(), due, List.of()));
    }
    return due.size();
  }

  private int sweepTokens(StateStore store) throws StateException, InterruptedException {
    Instant now = clock.instant();
    List<Seen<TokenRecord>> due =
        view.tokens().stream()
            .filter(seen -> seen.record().expired(now.minus(EXPIRED_FOR)))
            .toList();
    for (Seen<TokenRecord> token : due) {
      String key = new Key.Token(token.record().id()).text();
      store.commit(
          new Transaction(
              List.of(new Transaction.Condition(key, token.revision())),
              List.of(),
              List.of(key),
              List.of()));
    }
    return due.size();
  }
}
