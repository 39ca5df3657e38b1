package dev.darner.tasks;

import dev.darner.schema.ErrandRecord;
import dev.darner.schema.Key;
import dev.darner.schema.StateException;
import dev.darner.schema.StateStore;
import dev.darner.schema.Transaction;
import dev.darner.schema.Transaction.Condition;
import dev.darner.state.ClusterView;
import dev.darner.state.Errand;
import dev.darner.state.Reach;
import dev.darner.state.Scheduler;
import dev.darner.state.Seen;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/**
 * Removes errands that have been over for long. Every replica sweeps; they do not disturb one
 * another. One thread sweeps.
 */
final class ErrandSweep {
  private static final Duration EVERY = Duration.ofMinutes(1);
  private static final Duration BUDGET = Duration.ofSeconds(20);
  private static final Duration DELETION_KEPT = Duration.ofDays(1);
  private static final Duration RESOLVED_KEPT = Duration.ofMinutes(10);

  private final ClusterView view;
  private final Reach reach;
  private final InstantSource clock;

  ErrandSweep(ClusterView view, Reach reach, InstantSource clock) {
    this.view = view;
    this.reach = reach;
    this.clock = clock;
  }

  /** Sweeps again and again. */
  void start(Scheduler scheduler) {
    scheduler.each(EVERY, this::sweep);
  }

  void sweep() {
    Instant now = clock.instant();
    List<Errand> due = view.errands().remains().stream().filter(e -> isDue(e, now)).toList();
    if (due.isEmpty()) {
      return;
    }
    boolean _ =
        reach.unawaited(
            "to remove old errands",
            BUDGET,
            store -> {
              for (Errand errand : due) {
                remove(store, errand);
              }
              return due.size();
            });
  }

  /** One whose record somebody removed is due at once. */
  private static boolean isDue(Errand errand, Instant now) {
    return errand
        .record()
        .map(Seen::record)
        .filter(record -> now.isBefore(record.end().plus(kept(record))))
        .isEmpty();
  }

  private static Duration kept(ErrandRecord record) {
    return record.kind() == ErrandRecord.Kind.DELETE ? DELETION_KEPT : RESOLVED_KEPT;
  }

  /** The record last: whoever goes on finds what is left by it. */
  private static void remove(StateStore store, Errand errand)
      throws StateException, InterruptedException {
    List<String> results =
        errand.results().keySet().stream()
            .map(host -> new Key.ErrandResult(errand.id(), host.cluster(), host.host()).text())
            .toList();
    for (List<String> some : Transaction.parts(results)) {
      store.commit(new Transaction(List.of(), List.of(), some, List.of()));
    }
    String key = new Key.Errand(errand.id()).text();
    long revision = errand.record().map(Seen::revision).orElse(0L);
    store.commit(
        new Transaction(
            List.of(new Condition(key, revision)), List.of(), List.of(key), List.of(key)));
  }
}
