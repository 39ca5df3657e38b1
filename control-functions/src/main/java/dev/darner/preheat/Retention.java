package dev.darner.preheat;

import dev.darner.schema.Key;
import dev.darner.schema.PreheatRecord;
import dev.darner.schema.StateException;
import dev.darner.schema.StateStore;
import dev.darner.schema.Transaction;
import dev.darner.schema.Transaction.Condition;
import dev.darner.state.ClusterView;
import dev.darner.state.Member;
import dev.darner.state.Preheat;
import dev.darner.state.Reach;
import dev.darner.state.Scheduler;
import dev.darner.state.Seen;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Removes preheats that have been over for long, and those beyond a number of them, the oldest
 * first; and before that what is known of each of their hosts and contents, when that is much.
 * Every replica sweeps; they do not disturb one another, since each removal is by compare. One
 * thread sweeps.
 */
final class Retention {
  private static final Duration EVERY = Duration.ofMinutes(1);
  private static final Duration BUDGET = Duration.ofSeconds(20);

  /** Ended ones that are kept, however young. */
  static final int MOST_KEPT = 1000;

  /** Ended ones of which hosts and contents are kept; of older ones the record with the sums is. */
  static final int MOST_DETAILED = 100;

  /** Hosts of all those together, but for the last that ended. */
  static final int MOST_HOSTS = 20_000;

  private final ClusterView view;
  private final Reach reach;
  private final Duration kept;
  private final InstantSource clock;

  /**
   * @param kept how long one is kept after its end
   */
  Retention(ClusterView view, Reach reach, Duration kept, InstantSource clock) {
    this.view = view;
    this.reach = reach;
    this.kept = kept;
    this.clock = clock;
  }

  /** Sweeps again and again. */
  void start(Scheduler scheduler) {
    scheduler.each(EVERY, this::sweep);
  }

  void sweep() {
    List<Ended> ended = ended();
    List<Preheat> due = due(ended);
    List<Preheat> coarse = coarse(ended);
    if (due.isEmpty() && coarse.isEmpty()) {
      return;
    }
    boolean _ =
        reach.unawaited(
            "to remove old preheats",
            BUDGET,
            store -> {
              for (Preheat preheat : coarse) {
                removeDetails(store, preheat);
              }
              for (Preheat preheat : due) {
                remove(store, preheat);
              }
              return due.size();
            });
  }

  /** A preheat and when it ended; one whose record somebody removed is due at once. */
  private record Ended(Preheat preheat, Instant at) {}

  /** The latest first. */
  private List<Ended> ended() {
    return view.preheats().remains().stream()
        .flatMap(preheat -> ended(preheat).stream())
        .sorted(Comparator.comparing(Ended::at).reversed())
        .toList();
  }

  /** Those of which too much is known. */
  private static List<Preheat> coarse(List<Ended> ended) {
    List<Preheat> coarse = new ArrayList<>();
    int hosts = 0;
    for (int i = 0; i < ended.size(); i++) {
      Preheat preheat = ended.get(i).preheat();
      hosts += preheat.hosts().size();
      boolean much = i >= MOST_DETAILED || (i > 0 && hosts > MOST_HOSTS);
      if (much && (!preheat.hosts().isEmpty() || preheat.contents().isPresent())) {
        coarse.add(preheat);
      }
    }
    return coarse;
  }

  private List<Preheat> due(List<Ended> ended) {
    Instant horizon = clock.instant().minus(kept);
    List<Preheat> due = new ArrayList<>();
    for (int i = 0; i < ended.size(); i++) {
      if (i >= MOST_KEPT || !ended.get(i).at().isAfter(horizon)) {
        due.add(ended.get(i).preheat());
      }
    }
    return due;
  }

  private static Optional<Ended> ended(Preheat preheat) {
    Optional<Seen<PreheatRecord>> record = preheat.record();
    if (record.isEmpty()) {
      return Optional.of(new Ended(preheat, Instant.MIN));
    }
    return record
        .filter(seen -> seen.record().state().isOver())
        .map(seen -> new Ended(preheat, at(seen.record())));
  }

  private static Instant at(PreheatRecord record) {
    return record.ended() == null ? record.since() : record.ended();
  }

  /** The record last: whoever goes on finds what is left by it. */
  private static void remove(StateStore store, Preheat preheat)
      throws StateException, InterruptedException {
    removeDetails(store, preheat);
    String key = new Key.Preheat(preheat.id()).text();
    List<String> last = List.of(new Key.PreheatClaim(preheat.id()).text(), key);
    store.commit(new Transaction(unchanged(preheat), List.of(), last, List.of(key)));
  }

  private static List<Condition> unchanged(Preheat preheat) {
    long revision = preheat.record().map(Seen::revision).orElse(0L);
    return List.of(new Condition(new Key.Preheat(preheat.id()).text(), revision));
  }

  private static void removeDetails(StateStore store, Preheat preheat)
      throws StateException, InterruptedException {
    List<Condition> unchanged = unchanged(preheat);
    for (List<String> some : Transaction.parts(keys(preheat))) {
      store.commit(new Transaction(unchanged, List.of(), some, List.of()));
    }
    List<String> last = List.of(new Key.PreheatContents(preheat.id()).text());
    store.commit(new Transaction(unchanged, List.of(), last, List.of()));
  }

  private static List<String> keys(Preheat preheat) {
    Collection<Member> hosts = preheat.hosts().keySet();
    return hosts.stream()
        .map(host -> new Key.PreheatHost(preheat.id(), host.cluster(), host.host()).text())
        .toList();
  }
}
