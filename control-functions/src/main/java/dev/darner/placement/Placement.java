package dev.darner.placement;

import dev.darner.model.ClusterId;
import dev.darner.model.Host;
import dev.darner.model.HostId;
import dev.darner.model.TaskId;
import dev.darner.placement.OriginElection.AskerReads;
import dev.darner.placement.OriginElection.Elects;
import dev.darner.placement.OriginElection.Served;
import dev.darner.schema.ClusterRecord;
import dev.darner.schema.CrossCluster;
import dev.darner.schema.HostRecord;
import dev.darner.schema.OriginSlotRecord;
import dev.darner.schema.StateException;
import dev.darner.schema.StateStore;
import dev.darner.schema.TaskRecord;
import dev.darner.state.Cluster;
import dev.darner.state.ClusterView;
import dev.darner.state.Introduction;
import dev.darner.state.Reach;
import dev.darner.state.Registration;
import dev.darner.state.Seen;
import dev.darner.state.Slot;
import dev.darner.state.TaskRecords;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;

/**
 * Gives each host its role in a task: from the view alone while somebody has the task or reads it,
 * and by an election in the store when nobody does. Any thread may call.
 */
public final class Placement {
  private static final Logger LOG = System.getLogger(Placement.class.getName());

  /** Each try that fails has learned why; more than a few mean that the store is in turmoil. */
  private static final int ATTEMPTS = 6;

  private static final Duration FOREVER = Duration.ofDays(10_000);

  private final ClusterView view;
  private final Reach reach;
  private final Registration registration;
  private final InstantSource clock;
  private final OriginSlots slots;
  private final RandomGenerator chance;
  private final ParentRanking ranking;
  private final Turns turns = new Turns();
  private final Queues queues = new Queues();
  private final Silence silence = new Silence();

  /**
   * @param chance safe for use by many threads
   */
  public Placement(
      ClusterView view,
      Reach reach,
      Registration registration,
      InstantSource clock,
      RandomGenerator chance) {
    this.view = view;
    this.reach = reach;
    this.registration = registration;
    this.clock = clock;
    this.slots = new OriginSlots(view, clock);
    this.chance = chance;
    this.ranking = new ParentRanking(chance);
  }

  /**
   * The host's role in a task. The same as long as nothing changed, however often it asks. When the
   * store does not answer in time: whom the view knows, else the home seeds.
   */
  public Assignment join(Wish wish) throws InterruptedException {
    Optional<Assignment> known = known(wish).or(() -> waiting(wish));
    if (known.isPresent()) {
      return known.get();
    }
    Instant deadline = clock.instant().plus(reach.patience().placing());
    try {
      Optional<Turns.Turn> turn = turns.take(wish.task(), left(deadline));
      return turn.isPresent() ? place(wish, turn.get(), deadline) : unelected(wish);
    } catch (StateException e) {
      LOG.log(Level.DEBUG, () -> "nobody elected for " + wish.task(), e);
      if (!(e instanceof StateException.Contended)) {
        silence.failed(clock.instant());
      }
      return unelected(wish);
    }
  }

  /**
   * What the turn before has settled, or what an election gives. An election goes on, and keeps its
   * turn, when the asker does not wait for its end: those who ask next find it made.
   */
  private Assignment place(Wish wish, Turns.Turn turn, Instant deadline)
      throws StateException, InterruptedException {
    Future<Assignment> election = null;
    try {
      Optional<Assignment> known = known(wish);
      if (known.isPresent()) {
        return known.get();
      }
      election = reach.begin(store -> elect(store, wish, turn));
    } finally {
      if (election == null) {
        turn.giveBack();
      }
    }
    return reach.await(election, left(deadline));
  }

  private Duration left(Instant deadline) {
    return Duration.between(clock.instant(), deadline);
  }

  private Optional<Assignment> known(Wish wish) {
    return assignment(wish, look(wish, Set.of()));
  }

  /** The answer when it is not the wish's turn to try for a place of the budget. */
  private Optional<Assignment> waiting(Wish wish) {
    Sight.Look how = how(wish);
    if (how.policy().concurrency() == 0 || !electsSoon()) {
      return Optional.empty();
    }
    Sight sight = look(wish, Set.of());
    Ways ways = Ways.of(view, how, wish, sight);
    if (!ways.needsAnotherPlace()) {
      return Optional.empty();
    }
    return queues.ask(wish, ways.places(), clock.instant()).map(again -> waits(sight, again));
  }

  private Assignment waits(Sight sight, Duration again) {
    return new Assignment(
        Role.WAIT, ranking.rank(sight.situation()), reach.degraded(), false, again);
  }

  /**
   * The host has sealed a task: it is a holder now, and gives its slot back.
   *
   * @param size bytes of the task
   * @throws StateException when the store cannot be reached: the next announcement will tell it
   */
  public void finish(Introduction host, TaskId task, long size)
      throws StateException, InterruptedException {
    reach.within(
        reach.patience().reporting(),
        store -> {
          boolean done = retried(() -> finished(store, host, task));
          record(store, host.host().cluster(), task, size);
          return done;
        });
  }

  /** Who has sealed a task knows its size; who joined it first did not. */
  private void record(StateStore store, ClusterId cluster, TaskId task, long size)
      throws StateException, InterruptedException {
    Optional<Seen<TaskRecord>> known = view.cluster(cluster).swarm(task).task();
    if (known.isEmpty()) {
      TaskRecord record = new TaskRecord(task, "", size, clock.instant());
      TaskRecords.add(store, cluster, List.of(record));
    } else if (known.get().record().size() == 0 && size > 0) {
      TaskRecords.tellSize(store, cluster, known.get(), size);
    }
  }

  /**
   * The host has nothing of a task any more, or gave it up.
   *
   * @throws StateException when the store cannot be reached: the next announcement will tell it
   */
  public void withdraw(ClusterId cluster, HostId host, TaskId task)
      throws StateException, InterruptedException {
    reach.within(
        reach.patience().reporting(),
        store -> retried(() -> slots.withdraw(store, cluster, host, task)));
  }

  /** Something that writes, or says that it must be tried again. */
  private interface Attempt {
    boolean run() throws StateException, InterruptedException;
  }

  private static boolean retried(Attempt attempt) throws StateException, InterruptedException {
    for (int i = 0; i < ATTEMPTS; i++) {
      if (attempt.run()) {
        return true;
      }
    }
    throw new StateException.Contended("the task's origin slot changes too often", null);
  }

  private boolean finished(StateStore store, Introduction host, TaskId task)
      throws StateException, InterruptedException {
    Seen<HostRecord> holder = registration.ensure(store, host);
    try {
      return slots.finish(store, host.host(), task, holder);
    } catch (StateException.NoLease e) {
      registration.register(store, host);
      return false;
    }
  }

  private Assignment elect(StateStore store, Wish wish, Turns.Turn turn)
      throws StateException, InterruptedException {
    try {
      return elect(store, wish);
    } finally {
      turn.giveBack();
    }
  }

  private Assignment elect(StateStore store, Wish wish)
      throws StateException, InterruptedException {
    Set<HostId> dead = new HashSet<>();
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Sight sight = look(wish, dead);
      Optional<Assignment> known = assignment(wish, sight);
      if (known.isPresent()) {
        return known.get();
      }
      Way way = Ways.of(view, how(wish), wish, sight).best();
      if (way instanceof Way.Wait) {
        return told(waits(sight, Queues.SOON));
      }
      Host candidate = candidate(wish, sight, way);
      if (!take(store, wish, sight, way, candidate)) {
        dead.add(candidate.id());
      }
    }
    if (how(wish).policy().concurrency() > 0) {
      return told(waits(look(wish, dead), Queues.SOON));
    }
    throw new StateException.Contended("the task's origin slot changes too often", null);
  }

  /**
   * Without the store nobody knows whether there is anything to wait for; a full one frees none.
   */
  private Assignment told(Assignment waits) throws StateException {
    if (!reach.writes()) {
      throw new StateException.Unavailable("the places of the budget are not known now", null);
    }
    return waits;
  }

  /** Any host may fetch from other clusters where any of theirs may be named. */
  private Host candidate(Wish wish, Sight sight, Way way) {
    boolean any = view.cluster(wish.host().cluster()).said().crossCluster() == CrossCluster.ANY;
    boolean itself = any && way instanceof Way.Abroad;
    return OriginElection.decide(sight.situation()) instanceof Elects(Host elected) && !itself
        ? elected
        : wish.host();
  }

  /** Tries to take the slot for a host; false when that host turns out to be gone. */
  private boolean take(StateStore store, Wish wish, Sight sight, Way way, Host candidate)
      throws StateException, InterruptedException {
    boolean asker = candidate.id().equals(wish.host().id());
    Optional<Seen<HostRecord>> reader =
        asker
            ? Optional.of(registration.ensure(store, wish.asker()))
            : view.cluster(candidate.cluster()).host(candidate.id());
    try {
      if (reader.isPresent()) {
        slots.take(store, wish, sight, way, reader.get());
        silence.broken();
      }
      return reader.isPresent();
    } catch (StateException.NoLease e) {
      if (asker) {
        registration.register(store, wish.asker());
      }
      return asker;
    }
  }

  /** The answer when somebody has the task or fetches it; empty when that is to be settled. */
  private Optional<Assignment> assignment(Wish wish, Sight sight) {
    Optional<Assignment> known =
        switch (OriginElection.decide(sight.situation())) {
          case Served() -> Optional.of(answer(Role.FROM_PARENTS, ranking.rank(sight.situation())));
          case AskerReads() -> fetching(wish, sight);
          case Elects(Host _) -> Optional.empty();
        };
    if (known.isPresent()) {
      queues.left(wish.host().cluster(), wish.task());
    }
    return known;
  }

  /** The answer to the one who has the slot; empty when it needs something else with it. */
  private Optional<Assignment> fetching(Wish wish, Sight sight) {
    Ways ways = Ways.of(view, how(wish), wish, sight);
    OriginSlotRecord own = sight.own().orElseThrow();
    if (reach.writes() && !ways.fits(own)) {
      return Optional.empty();
    }
    List<Parent> parents =
        own.abroad() ? ranking.rank(ways.foreign().beside(sight.situation())) : List.of();
    Role role = parents.isEmpty() ? Role.READ_ORIGIN : Role.FROM_PARENTS;
    return Optional.of(new Assignment(role, parents, reach.degraded(), true, Duration.ZERO));
  }

  private Assignment unelected(Wish wish) {
    Optional<Assignment> known = known(wish);
    if (known.isPresent()) {
      return known.get();
    }
    Sight sight = look(wish, Set.of());
    if (view.countsReads(wish.host().cluster()) && electsSoon()) {
      // Whoever meets at its cluster's home seeds reads an origin that nobody counts.
      return waits(sight, Queues.SOON);
    }
    List<Parent> parents = ranking.rank(sight.situation());
    Role role = parents.isEmpty() ? Role.USE_HOME_SEEDS : Role.FROM_PARENTS;
    return new Assignment(role, parents, true);
  }

  /** Whether it is of use to wait for an election: reads alone may be answered for long. */
  private boolean electsSoon() {
    return reach.writes() && silence.isBorne(clock.instant());
  }

  private Assignment answer(Role role, List<Parent> parents) {
    return new Assignment(role, parents, reach.degraded());
  }

  private Sight look(Wish wish, Set<HostId> dead) {
    return Sight.of(how(wish), wish, view.cluster(wish.host().cluster()), dead);
  }

  private Sight.Look how(Wish wish) {
    Cluster cluster = view.cluster(wish.host().cluster());
    return new Sight.Look(policy(cluster.said()), clock.instant(), chance);
  }

  /**
   * A reader tells of its progress with each announcement; while none is written, nobody is judged
   * by it.
   */
  private Policy policy(ClusterRecord said) {
    Duration stall =
        reach.writes() ? registration.ttl().multipliedBy(Slot.LEASES_TO_STALL) : FOREVER;
    return new Policy(
        said.originReaders(), said.originConcurrency(), said.blocked(), registration.ttl(), stall);
  }
}
