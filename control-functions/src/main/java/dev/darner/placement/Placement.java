package dev.darner.placement;

import dev.darner.model.ClusterId;
import dev.darner.model.Host;
import dev.darner.model.HostId;
import dev.darner.model.TaskId;
import dev.darner.placement.OriginElection.AskerReads;
import dev.darner.placement.OriginElection.Elects;
import dev.darner.placement.OriginElection.Served;
import dev.darner.schema.ClusterRecord;
import dev.darner.schema.HostRecord;
import dev.darner.schema.StateException;
import dev.darner.schema.StateStore;
import dev.darner.schema.TaskRecord;
import dev.darner.state.Cluster;
import dev.darner.state.ClusterView;
import dev.darner.state.Introduction;
import dev.darner.state.Reach;
import dev.darner.state.Registration;
import dev.darner.state.Seen;
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

  /** A piece of a slow origin may take longer than one. */
  private static final int LEASES_TO_STALL = 3;

  private static final Duration FOREVER = Duration.ofDays(10_000);

  private final ClusterView view;
  private final Reach reach;
  private final Registration registration;
  private final InstantSource clock;
  private final OriginSlots slots;
  private final RandomGenerator chance;
  private final ParentRanking ranking;
  private final Turns turns = new Turns();

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
    Optional<Assignment> known = known(wish);
    if (known.isPresent()) {
      return known.get();
    }
    Instant deadline = clock.instant().plus(reach.patience().placing());
    try {
      Optional<Turns.Turn> turn = turns.take(wish.task(), left(deadline));
      return turn.isPresent() ? place(wish, turn.get(), deadline) : unelected(wish);
    } catch (StateException e) {
      LOG.log(Level.DEBUG, () -> "nobody elected for " + wish.task(), e);
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
    return assignment(look(wish, Set.of()).situation());
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
    throw new StateException.Unavailable("the task's origin slot changes too often", null);
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
      Optional<Assignment> known = assignment(sight.situation());
      if (known.isPresent()) {
        return known.get();
      }
      if (OriginElection.decide(sight.situation()) instanceof Elects(Host candidate)
          && !take(store, wish, sight, candidate)) {
        dead.add(candidate.id());
      }
    }
    throw new StateException.Unavailable("the task's origin slot changes too often", null);
  }

  /** Tries to take the slot for a host; false when that host turns out to be gone. */
  private boolean take(StateStore store, Wish wish, Sight sight, Host candidate)
      throws StateException, InterruptedException {
    boolean asker = candidate.id().equals(wish.host().id());
    Optional<Seen<HostRecord>> reader =
        asker
            ? Optional.of(registration.ensure(store, wish.asker()))
            : view.cluster(candidate.cluster()).host(candidate.id());
    try {
      if (reader.isPresent()) {
        slots.take(store, wish, sight, reader.get());
      }
      return reader.isPresent();
    } catch (StateException.NoLease e) {
      if (asker) {
        registration.register(store, wish.asker());
      }
      return asker;
    }
  }

  /** The answer when somebody has the task or reads it; empty when a reader must be elected. */
  private Optional<Assignment> assignment(Situation situation) {
    return switch (OriginElection.decide(situation)) {
      case Served() -> Optional.of(answer(Role.FROM_PARENTS, ranking.rank(situation)));
      case AskerReads() -> Optional.of(answer(Role.READ_ORIGIN, List.of()));
      case Elects(Host _) -> Optional.empty();
    };
  }

  private Assignment unelected(Wish wish) {
    Optional<Assignment> known = known(wish);
    if (known.isPresent()) {
      return known.get();
    }
    List<Parent> parents = ranking.rank(look(wish, Set.of()).situation());
    Role role = parents.isEmpty() ? Role.USE_HOME_SEEDS : Role.FROM_PARENTS;
    return new Assignment(role, parents, true);
  }

  private Assignment answer(Role role, List<Parent> parents) {
    return new Assignment(role, parents, reach.degraded());
  }

  private Sight look(Wish wish, Set<HostId> dead) {
    Cluster cluster = view.cluster(wish.host().cluster());
    Sight.Look look = new Sight.Look(policy(cluster), clock.instant(), chance);
    return Sight.of(look, wish, cluster, dead);
  }

  /**
   * A reader tells of its progress with each announcement; while none is heard of, nobody is judged
   * by it.
   */
  private Policy policy(Cluster cluster) {
    ClusterRecord said = cluster.record().map(Seen::record).orElse(ClusterRecord.PLAIN);
    Duration stall = reach.degraded() ? FOREVER : registration.ttl().multipliedBy(LEASES_TO_STALL);
    return new Policy(said.originReaders(), said.blocked(), registration.ttl(), stall);
  }
}
