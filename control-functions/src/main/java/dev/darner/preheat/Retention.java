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
import dev.darner.state.TaskRecords;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
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
 * first. Every replica sweeps; they do not disturb one another, since each removal is by compare.
 * One thread sweeps.
 */
final class Retention {
  private static final Logger LOG = System.getLogger(Retention.class.getName());
  private static final Duration EVERY = Duration.ofMinutes(1);
  private static final Duration BUDGET = Duration.ofSeconds(20);

  /** Ended ones that are kept, however young. */
  static final int MOST_KEPT = 1000;

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
    List<Preheat> due = due();
    if (due.isEmpty() || reach.degraded()) {
      return;
    }
    try {
      reach.within(
          BUDGET,
          store -> {
            for (Preheat preheat : due) {
              remove(store, preheat);
            }
            return due.size();
          });
    } catch (StateException e) {
      LOG.log(Level.DEBUG, "old preheats are not removed yet", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A preheat and when it ended; one whose record somebody removed is due at once. */
  private record Ended(Preheat preheat, Instant at) {}

  private List<Preheat> due() {
    Instant horizon = clock.instant().minus(kept);
    List<Ended> ended =
        view.preheats().remains().stream()
            .flatMap(preheat -> ended(preheat).stream())
            .sorted(Comparator.comparing(Ended::at).reversed())
            .toList();
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
    String key = new Key.Preheat(preheat.id()).text();
    long revision = preheat.record().map(Seen::revision).orElse(0L);
    List<Condition> unchanged = List.of(new Condition(key, revision));
    List<String> hosts = keys(preheat);
    for (int from = 0; from < hosts.size(); from += TaskRecords.MOST_OPERATIONS) {
      int to = Math.min(hosts.size(), from + TaskRecords.MOST_OPERATIONS);
      store.commit(new Transaction(unchanged, List.of(), hosts.subList(from, to), List.of()));
    }
    List<String> last =
        List.of(
            new Key.PreheatContents(preheat.id()).text(),
            new Key.PreheatClaim(preheat.id()).text(),
            key);
    store.commit(new Transaction(unchanged, List.of(), last, List.of(key)));
  }

  private static List<String> keys(Preheat preheat) {
    Collection<Member> hosts = preheat.hosts().keySet();
    return hosts.stream()
        .map(host -> new Key.PreheatHost(preheat.id(), host.cluster(), host.host()).text())
        .toList();
  }
}
