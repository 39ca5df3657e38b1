package dev.darner.tasks;

import dev.darner.rest.Principal;
import dev.darner.rest.Problem;
import dev.darner.schema.ErrandRecord;
import dev.darner.schema.ErrandRecord.Kind;
import dev.darner.schema.Json;
import dev.darner.schema.Key;
import dev.darner.schema.StateException;
import dev.darner.schema.Transaction;
import dev.darner.schema.Transaction.Condition;
import dev.darner.state.ClusterView;
import dev.darner.state.Errand;
import dev.darner.state.Member;
import dev.darner.state.Reach;
import dev.darner.state.Seen;
import io.helidon.http.Status;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** Begins errands and finds them again. Any thread may call. */
final class Errandry {
  /** Of each kind; beyond that the oldest goes that is over. */
  static final int MOST_KEPT = 200;

  /** Of each kind. */
  static final int MOST_OPEN = 20;

  private static final DateTimeFormatter ID_TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd't'HHmmss'z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final ClusterView view;
  private final Reach reach;
  private final InstantSource clock;
  private final RandomGenerator chance;

  /**
   * @param chance safe for use by many threads
   */
  Errandry(ClusterView view, Reach reach, InstantSource clock, RandomGenerator chance) {
    this.view = view;
    this.reach = reach;
    this.clock = clock;
    this.chance = chance;
  }

  Instant now() {
    return clock.instant();
  }

  /** A name that no other has. */
  String name(Kind kind, Instant now) {
    return "%s-%s-%08x"
        .formatted(kind.name().toLowerCase(Locale.ROOT), ID_TIME.format(now), chance.nextInt());
  }

  /**
   * Refuses one more of a kind when too many are under way.
   *
   * @throws Problem 429
   */
  void requireRoom(Kind kind) {
    Instant now = now();
    long open = all(kind).filter(errand -> !errand.isOver(now)).count();
    if (open >= MOST_OPEN) {
      throw new Problem(
          Status.TOO_MANY_REQUESTS_429,
          "%d %s are under way: try again later".formatted(open, name(kind)));
    }
  }

  private static String name(Kind kind) {
    return switch (kind) {
      case DELETE -> "deletions";
      case RESOLVE -> "distributions";
    };
  }

  /**
   * Writes one that begins, in the place of the oldest that is over when as many are kept as may
   * be; hosts hear of it with their next announces.
   */
  Errand begin(ErrandRecord record) throws StateException, InterruptedException {
    Transaction writing =
        Transaction.creating(new Key.Errand(record.id()).text(), Json.write(record));
    List<Transaction> dropping = surplus(record.kind());
    if (!reach.within(
        reach.patience().reporting(),
        store -> {
          for (Transaction one : dropping) {
            var _ = store.commit(one);
          }
          return store.commit(writing).written();
        })) {
      throw new Problem(Status.CONFLICT_409, "this name is taken by now: ask again");
    }
    return view.errands()
        .find(record.id())
        .orElseThrow(() -> new Problem(Status.CONFLICT_409, "it was removed meanwhile: ask again"));
  }

  /** What removes the oldest that are over, so that one more can be kept; the sweep follows. */
  private List<Transaction> surplus(Kind kind) {
    Instant now = now();
    List<Errand> kept = all(kind).toList();
    return kept.stream()
        .filter(errand -> errand.isOver(now))
        .flatMap(errand -> errand.record().stream())
        .sorted(Comparator.comparing(seen -> seen.record().since()))
        .limit(Math.max(0, kept.size() + 1 - MOST_KEPT))
        .map(Errandry::removal)
        .toList();
  }

  private static Transaction removal(Seen<ErrandRecord> seen) {
    String key = new Key.Errand(seen.record().id()).text();
    return new Transaction(
        List.of(new Condition(key, seen.revision())), List.of(), List.of(key), List.of(key));
  }

  /**
   * The one of a name. One that the view does not show yet is looked for in the store.
   *
   * @throws Problem 404 when there is none of the kind, 403 when it is not for who asks
   */
  Errand find(String id, Kind kind, Principal who) throws StateException, InterruptedException {
    if (ErrandRecord.isId(id) && view.errands().find(id).isEmpty() && !reach.degraded()) {
      Transaction reading = Transaction.reading(List.of(new Key.Errand(id).text()));
      var _ = reach.within(reach.patience().reporting(), store -> store.commit(reading));
    }
    Errand found =
        view.errands()
            .find(id)
            .filter(errand -> isOf(kind, errand))
            .orElseThrow(() ->
                Problem.notFound("there is none of this id; those that are long over are removed"));
    if (!reaches(who, found)) {
      throw new Problem(Status.FORBIDDEN_403, "this token is not for all clusters of it");
    }
    return found;
  }

  /** All of a kind that somebody may see. */
  List<Errand> all(Kind kind, Principal who) {
    return all(kind).filter(errand -> reaches(who, errand)).toList();
  }

  private Stream<Errand> all(Kind kind) {
    return view.errands().list().stream().filter(errand -> isOf(kind, errand));
  }

  private static boolean isOf(Kind kind, Errand errand) {
    return errand.record().map(Seen::record).filter(record -> record.kind() == kind).isPresent();
  }

  private static boolean reaches(Principal who, Errand errand) {
    return errand
        .record()
        .map(Seen::record)
        .filter(record ->
            who.reachesAll(
                record.hosts().stream().map(host -> Member.parse(host).cluster()).toList()))
        .isPresent();
  }
}
