package dev.darner.preheat;

import dev.darner.preheat.Course.Situation;
import dev.darner.preheat.Course.Step;
import dev.darner.preheat.Draw.Candidate;
import dev.darner.schema.HostRecord;
import dev.darner.schema.Json;
import dev.darner.schema.Key;
import dev.darner.schema.PreheatContentsRecord;
import dev.darner.schema.PreheatHostRecord;
import dev.darner.schema.PreheatRecord;
import dev.darner.schema.StateException;
import dev.darner.schema.StateStore;
import dev.darner.schema.Transaction;
import dev.darner.schema.Transaction.Condition;
import dev.darner.schema.Transaction.Put;
import dev.darner.state.ClusterView;
import dev.darner.state.Member;
import dev.darner.state.Preheat;
import dev.darner.state.Reach;
import dev.darner.state.Seen;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Drives the preheats that this replica has claimed, from wherever they stand: it keeps nothing in
 * memory that another replica would need. One thread, woken by changes of preheats and each second.
 */
final class Driver {
  private static final Logger LOG = System.getLogger(Driver.class.getName());
  private static final Duration LOOKS_EVERY = Duration.ofSeconds(1);

  /** For the steps of all preheats at one look. */
  private static final Duration BUDGET = Duration.ofSeconds(10);

  private final ClusterView view;
  private final Reach reach;
  private final Claims claims;
  private final InstantSource clock;

  Driver(ClusterView view, Reach reach, Claims claims, InstantSource clock) {
    this.view = view;
    this.reach = reach;
    this.claims = claims;
    this.clock = clock;
  }

  /** Looks again and again, until the thread is interrupted. */
  void run() {
    long seen = -1;
    try {
      while (true) {
        look();
        seen = view.preheatChanges().await(seen, LOOKS_EVERY);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Does what is due for every preheat that is this replica's, or nobody's. */
  void look() throws InterruptedException {
    List<Preheat> open = view.preheats().open();
    if (open.isEmpty() || reach.degraded()) {
      return;
    }
    try {
      reach.within(
          BUDGET,
          store -> {
            for (Preheat preheat : open) {
              driveAlone(store, preheat);
            }
            return open.size();
          });
    } catch (StateException e) {
      LOG.log(Level.DEBUG, "preheats are not driven on yet", e);
    }
  }

  /** One that breaks does not stop the others. */
  private void driveAlone(StateStore store, Preheat preheat)
      throws StateException, InterruptedException {
    try {
      drive(store, preheat);
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "the preheat " + preheat.id() + " cannot be driven, as none should", e);
    }
  }

  private void drive(StateStore store, Preheat preheat)
      throws StateException, InterruptedException {
    Optional<Condition> claimed = claims.claim(store, preheat);
    Optional<Seen<PreheatRecord>> record = preheat.record();
    if (claimed.isEmpty() || record.isEmpty()) {
      return;
    }
    Condition unchanged = new Condition(key(preheat), record.get().revision());
    Turn turn = new Turn(store, preheat, record.get().record(), List.of(claimed.get(), unchanged));
    switch (Course.next(situation(preheat, record.get().record()))) {
      case Step.Wait _ -> {}
      case Step.Ask ask -> ask(turn, ask);
      case Step.Begin(List<Member> hosts) -> begin(turn, hosts);
      case Step.Widen(List<Member> hosts) -> {
        if (add(turn, hosts)) {
          LOG.log(Level.INFO, "preheat {0}: {1} more hosts came", preheat.id(), hosts.size());
        }
      }
      case Step.End end -> end(turn, end);
    }
  }

  /** One preheat in the hands of this replica, as long as the conditions hold. */
  private record Turn(
      StateStore store, Preheat preheat, PreheatRecord record, List<Condition> conditions) {

    boolean write(List<Condition> more, List<Put> puts, List<String> deletes)
        throws StateException, InterruptedException {
      List<Condition> all = new ArrayList<>(conditions);
      all.addAll(more);
      List<String> reads = conditions.stream().map(Condition::key).toList();
      return store.commit(new Transaction(all, puts, deletes, reads)).written();
    }
  }

  private Situation situation(Preheat preheat, PreheatRecord record) {
    Map<Member, PreheatHostRecord> hosts = new HashMap<>();
    preheat.hosts().forEach((member, seen) -> hosts.put(member, seen.record()));
    return new Situation(record, contents(preheat, record), hosts, alive(view), clock.instant());
  }

  /** Files need not be found out about. */
  private Optional<PreheatContentsRecord> contents(Preheat preheat, PreheatRecord record) {
    Optional<PreheatContentsRecord> told = preheat.contents().map(Seen::record);
    return told.isPresent() || !record.request().images().isEmpty()
        ? told
        : Optional.of(
            PreheatContentsRecord.found(
                "", 0, Sources.all(List.of(), record.request()), record.since()));
  }

  /** Every host that lives. */
  static List<Candidate> alive(ClusterView view) {
    return view.clusters().stream()
        .flatMap(cluster -> view.cluster(cluster).roster().hosts().stream())
        .map(Driver::candidate)
        .toList();
  }

  private static Candidate candidate(HostRecord host) {
    return new Candidate(
        new Member(host.cluster(), host.host()), host.seed(), host.labels(), host.since());
  }

  private void ask(Turn turn, Step.Ask ask) throws StateException, InterruptedException {
    PreheatRecord next =
        turn.record().resolvedBy(ask.resolver().toString(), ask.refused(), clock.instant());
    Optional<Condition> told =
        turn.preheat().contents().map(seen -> new Condition(contentsKey(turn), seen.revision()));
    boolean written =
        turn.write(
            told.stream().toList(),
            List.of(put(key(turn.preheat()), next)),
            told.map(Condition::key).stream().toList());
    if (written) {
      LOG.log(
          Level.INFO, "preheat {0}: {1} finds out what it is", turn.record().id(), ask.resolver());
    }
  }

  /** The record comes last: with it the hosts begin. */
  private void begin(Turn turn, List<Member> hosts) throws StateException, InterruptedException {
    Instant now = clock.instant();
    if (turn.preheat().contents().isEmpty()) {
      PreheatContentsRecord contents = contents(turn.preheat(), turn.record()).orElseThrow();
      Condition absent = new Condition(contentsKey(turn), 0);
      if (!turn.write(List.of(absent), List.of(put(contentsKey(turn), contents)), List.of())) {
        return;
      }
    }
    PreheatRecord next = turn.record().running(hosts.size(), now);
    if (add(turn, hosts)
        && turn.write(List.of(), List.of(put(key(turn.preheat()), next)), List.of())) {
      LOG.log(Level.INFO, "preheat {0} runs on {1} hosts", turn.record().id(), hosts.size());
    }
  }

  /** Takes hosts into the scope. */
  private boolean add(Turn turn, List<Member> hosts) throws StateException, InterruptedException {
    Instant now = clock.instant();
    List<Member> missing =
        hosts.stream().filter(host -> turn.preheat().host(host).isEmpty()).toList();
    for (List<Member> some : Transaction.parts(missing)) {
      List<Put> puts = some.stream().map(h -> host(turn, h, now)).toList();
      List<Condition> absent = puts.stream().map(put -> new Condition(put.key(), 0)).toList();
      if (!turn.write(absent, puts, List.of())) {
        return false;
      }
    }
    return true;
  }

  private static Put host(Turn turn, Member host, Instant now) {
    return put(
        new Key.PreheatHost(turn.record().id(), host.cluster(), host.host()).text(),
        PreheatHostRecord.waiting(host.cluster(), host.host(), now));
  }

  private void end(Turn turn, Step.End end) throws StateException, InterruptedException {
    PreheatRecord over = turn.record().over(end.state(), end.sums(), end.causes(), clock.instant());
    String claim = new Key.PreheatClaim(turn.record().id()).text();
    if (turn.write(List.of(), List.of(put(key(turn.preheat()), over)), List.of(claim))) {
      LOG.log(
          Level.INFO,
          "preheat {0} is over: {1} {2}",
          over.id(),
          over.state(),
          String.join("; ", over.causes()));
    }
  }

  private static Put put(String key, Record value) {
    return new Put(key, Json.write(value), 0);
  }

  private static String key(Preheat preheat) {
    return new Key.Preheat(preheat.id()).text();
  }

  private static String contentsKey(Turn turn) {
    return new Key.PreheatContents(turn.record().id()).text();
  }
}
