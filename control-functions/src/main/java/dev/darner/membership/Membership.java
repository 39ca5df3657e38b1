package dev.darner.membership;

import dev.darner.membership.Announcement.Holding;
import dev.darner.model.ClusterId;
import dev.darner.model.Host;
import dev.darner.model.HostId;
import dev.darner.model.TaskId;
import dev.darner.model.Topology;
import dev.darner.schema.HolderRecord;
import dev.darner.schema.HostRecord;
import dev.darner.schema.StateException;
import dev.darner.schema.StateStore;
import dev.darner.schema.TaskRecord;
import dev.darner.schema.Transaction;
import dev.darner.state.Cluster;
import dev.darner.state.ClusterView;
import dev.darner.state.Introduction;
import dev.darner.state.OriginReads;
import dev.darner.state.Reach;
import dev.darner.state.Reaching;
import dev.darner.state.Registration;
import dev.darner.state.Seen;
import dev.darner.state.Slot;
import dev.darner.state.SlotWrites;
import dev.darner.state.TaskRecords;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * Keeps the hosts of the clusters: each announces itself every few seconds, which renews its lease
 * and writes what changed. Without state of its own; any thread may call.
 */
public final class Membership {
  private static final Logger LOG = System.getLogger(Membership.class.getName());

  /** Enough to find any task's holders when no function answers; few enough to dial. */
  static final int NEIGHBOURS = 16;

  /** Of them from other zones of the region, and as many from other regions. */
  private static final int OUTSIDE = 4;

  /** With the round trips of each, as many as a store on a disk that flushes does in some 50 ms. */
  private static final int MOST_NEWCOMERS = 64;

  /** Of that many announcements of one who is acquainted, one is answered with neighbours. */
  private static final int INTRODUCED_EACH = 8;

  private final ClusterView view;
  private final Reach reach;
  private final Registration registration;
  private final InstantSource clock;
  private final RandomGenerator chance;
  private final Newcomers newcomers = new Newcomers(MOST_NEWCOMERS);
  private final Complaints complaints;
  private final Readings readings;

  /**
   * @param chance safe for use by many threads
   */
  public Membership(
      ClusterView view,
      Reach reach,
      Registration registration,
      InstantSource clock,
      RandomGenerator chance) {
    this.view = view;
    this.reach = reach;
    this.registration = registration;
    this.clock = clock;
    this.chance = chance;
    this.complaints = new Complaints(view, clock, registration.ttl());
    this.readings =
        new Readings(view, clock, chance, registration.ttl().multipliedBy(Slot.LEASES_TO_STALL));
  }

  /**
   * Renews a host and writes what changed of it; nothing but the lease when nothing did. Answers
   * from the view when the store does not.
   */
  public Surroundings announce(Announcement announced) throws InterruptedException {
    boolean written = true;
    boolean degraded = false;
    try {
      Optional<Boolean> admitted = admitted(announced);
      written = admitted.orElse(false);
      degraded = admitted.isEmpty();
    } catch (StateException e) {
      LOG.log(Level.DEBUG, () -> "not written: what " + announced.host().id() + " announced", e);
      degraded = true;
    }
    Host host = announced.host();
    boolean blind = degraded || reach.degraded();
    return new Surroundings(
        !written,
        introduces(announced, blind || !written)
            ? Optional.of(neighbours(announced.introduced()))
            : Optional.empty(),
        view.cluster(host.cluster()).seeds(),
        blind,
        blind ? List.of() : readings.lost(announced.introduced(), announced.doing().readings()),
        blind ? OptionalLong.empty() : OptionalLong.of(originShare(host)),
        !blind && view.countsReads(host.cluster()));
  }

  /**
   * Ends a host's membership at once, with all that it holds and claims.
   *
   * @throws StateException when the store cannot be reached: the lease will end by itself
   */
  public void leave(ClusterId cluster, HostId host) throws StateException, InterruptedException {
    reach.within(
        reach.patience().reporting(),
        store -> {
          registration.end(store, cluster, host);
          return host;
        });
  }

  /**
   * Notes whom a host could not reach, so that its zone is not sent there before it announces
   * itself next. Nobody waits for that.
   */
  public void complain(Introduction by, Set<HostId> unreachable) {
    if (!reach.degraded()) {
      complaints.begin(reach, by, unreachable);
    }
  }

  /** Whether all stands now; empty when too many come at once: the whole is to be told again. */
  private Optional<Boolean> admitted(Announcement announced)
      throws StateException, InterruptedException {
    Reach.Work<Boolean> writing = store -> written(store, announced);
    return isKnown(announced.host())
        ? Optional.of(reach.within(reach.patience().reporting(), writing))
        : newcomers.admit(reach, writing);
  }

  /**
   * Whether all stands now.
   *
   * @throws StateException.Full when it does not, and the whole could not be written either: it is
   *     asked for when there is space again
   */
  private boolean written(StateStore store, Announcement announced)
      throws StateException, InterruptedException {
    boolean written = write(store, announced);
    if (!written) {
      reach.requireSpace();
    }
    return written;
  }

  /** Whoever knows some hardly needs others each time, and to draw them is a good part of all. */
  private boolean introduces(Announcement announced, boolean unsettled) {
    return unsettled
        || announced.isWhole()
        || !announced.doing().acquainted()
        || chance.nextInt(INTRODUCED_EACH) == 0;
  }

  /** Some of the asker's zone, and some that stay in reach when the zone does not. */
  private List<HostRecord> neighbours(Introduction asker) {
    Cluster cluster = view.cluster(asker.host().cluster());
    Topology from = asker.topology();
    // Its own, for one call: the threads' own is slow to find for a virtual one.
    RandomGenerator dice = new SplittableRandom(chance.nextLong());
    Predicate<HostRecord> other = host -> !host.host().equals(asker.host().id());
    List<Seen<HostRecord>> outside =
        cluster.draw(from, new Reaching(0, OUTSIDE, OUTSIDE), other, dice);
    List<Seen<HostRecord>> near =
        cluster.draw(from, new Reaching(NEIGHBOURS - outside.size(), 0, 0), other, dice);
    return Stream.concat(near.stream(), outside.stream()).map(Seen::record).toList();
  }

  /** Whether all that was announced stands now; if not, the host must tell the whole. */
  private boolean write(StateStore store, Announcement announced)
      throws StateException, InterruptedException {
    boolean shown = isShown(announced.host());
    if (!shown && view.following()) {
      leaveOthers(store, announced.host());
    }
    try {
      Optional<Seen<HostRecord>> registered = renew(store, announced);
      return registered.isPresent()
          && (shown || !announced.isWhole() || isNew(registered.get()))
          && write(store, announced, registered.get());
    } catch (StateException.NoLease e) {
      LOG.log(Level.DEBUG, "a lease ended while its host announced", e);
      return false;
    }
  }

  /**
   * Whether the view shows all that is written about a host. The whole inventory can be compared
   * with no less: what it takes back would be overlooked.
   */
  private boolean isShown(Host host) {
    return view.following() && isKnown(host);
  }

  /** Whether the host was registered when the view was told last, which may be a while ago. */
  private boolean isKnown(Host host) {
    return view.cluster(host.cluster()).host(host.id()).isPresent();
  }

  /** A host is in one cluster: when it moved, what it has in another goes. */
  private void leaveOthers(StateStore store, Host host)
      throws StateException, InterruptedException {
    for (ClusterId cluster : view.clusters()) {
      if (!cluster.equals(host.cluster()) && isAt(view.cluster(cluster), host)) {
        LOG.log(
            Level.INFO,
            "host {0} moves from cluster {1} to {2}",
            host.id(),
            cluster,
            host.cluster());
        registration.end(store, cluster, host.id());
      }
    }
  }

  private static boolean isAt(Cluster cluster, Host host) {
    return cluster
        .host(host.id())
        .filter(seen -> seen.record().address().equals(host.address()))
        .isPresent();
  }

  private static boolean isNew(Seen<HostRecord> registered) {
    return registered.record().generation() == 0;
  }

  private Optional<Seen<HostRecord>> renew(StateStore store, Announcement announced)
      throws StateException, InterruptedException {
    Host host = announced.host();
    Optional<Seen<HostRecord>> registered =
        announced.isWhole()
            ? Optional.of(registration.ensure(store, announced.introduced()))
            : registration.find(store, host);
    if (registered.isPresent() && isOfLaterProcess(registered.get(), announced)) {
      return Optional.empty();
    }
    if (registered.isPresent() && isOfEarlierProcess(registered.get(), announced)) {
      return announced.isWhole()
          ? Optional.of(registration.restart(store, registered.get(), announced.introduced()))
          : Optional.empty();
    }
    if (registered.isPresent() && store.keepAlive(registered.get().lease())) {
      return registered;
    }
    return announced.isWhole()
        ? Optional.of(registration.register(store, announced.introduced()))
        : Optional.empty();
  }

  /** What hangs on such a lease was claimed by a process that is no more. */
  private static boolean isOfEarlierProcess(Seen<HostRecord> registered, Announcement announced) {
    long known = registered.record().boot();
    return known != 0 && announced.boot() != 0 && known != announced.boot();
  }

  /**
   * Then this is a late word of a process that is no more. Of one whose clock was set back it is
   * the first; it comes in when the lease of the one before has ended.
   */
  private static boolean isOfLaterProcess(Seen<HostRecord> registered, Announcement announced) {
    return announced.boot() != 0 && registered.record().boot() > announced.boot();
  }

  private boolean write(StateStore store, Announcement announced, Seen<HostRecord> registered)
      throws StateException, InterruptedException {
    Instant now = clock.instant();
    Cluster cluster = view.cluster(announced.host().cluster());
    Optional<InventoryChange> change =
        InventoryChange.of(announced, known(cluster, registered), now);
    if (change.isEmpty()) {
      return false;
    }
    // A long inventory is written in parts: what the host does not wait for, it tells again.
    Instant lastStart = now.plus(reach.patience().reporting().dividedBy(2));
    for (List<TaskRecord> some : Transaction.parts(unnamed(announced, cluster, now))) {
      if (clock.instant().isAfter(lastStart)) {
        return false;
      }
      TaskRecords.add(store, announced.host().cluster(), some);
    }
    for (Transaction part : InventoryWrites.of(change.get(), registered)) {
      if (clock.instant().isAfter(lastStart) || !store.commit(part).written()) {
        return false;
      }
    }
    releaseSlots(store, announced, cluster);
    readings.tell(store, announced.host(), registered, announced.doing().readings());
    complaints.note(store, announced.introduced(), announced.doing().failures());
    return true;
  }

  /** Records of an earlier lease do not count: they go, if they are not gone already. */
  private static InventoryChange.Known known(Cluster cluster, Seen<HostRecord> registered) {
    HostId host = registered.record().host();
    return new InventoryChange.Known(
        registered.record(),
        cluster.heldBy(host),
        task -> holder(cluster, task, registered).map(Seen::record));
  }

  private static Optional<Seen<HolderRecord>> holder(
      Cluster cluster, TaskId task, Seen<HostRecord> registered) {
    return cluster
        .swarm(task)
        .holder(registered.record().host())
        .filter(seen -> seen.lease() == registered.lease());
  }

  /** Records for the tasks that nobody joined: they were pulled while no function answered. */
  private static List<TaskRecord> unnamed(Announcement announced, Cluster cluster, Instant now) {
    return announced.held().stream()
        .filter(Holding::isUseful)
        .filter(holding -> cluster.swarm(holding.task()).task().isEmpty())
        .map(holding -> new TaskRecord(holding.task(), "", holding.size(), now))
        .toList();
  }

  /** Gives back the slots of tasks that the host has finished or dropped without saying so. */
  private void releaseSlots(StateStore store, Announcement announced, Cluster cluster)
      throws StateException, InterruptedException {
    List<TaskId> over =
        Stream.concat(
                announced.held().stream().filter(Holding::sealed).map(Holding::task),
                announced.dropped().stream())
            .toList();
    for (TaskId task : over) {
      Optional<Slot> slot = cluster.swarm(task).slotOf(announced.host().id());
      if (slot.isPresent()) {
        SlotWrites writes = new SlotWrites(view, announced.host().cluster(), task);
        writes.giveBack(slot.get());
        var _ = writes.commit(store);
      }
    }
  }

  /**
   * Bytes a second that a host may read from origins, so that those of its cluster who read do not
   * read more together than the cluster may; 0 for no limit. One that reads nothing is told what it
   * would have beside them.
   */
  private long originShare(Host host) {
    Cluster cluster = view.cluster(host.cluster());
    long budget = cluster.said().originBytesPerSecond();
    OriginReads reads = cluster.originReads();
    int sharers = reads.reads(host.id()) ? reads.readers() : reads.readers() + 1;
    return budget == 0 ? 0 : Math.max(1, budget / Math.max(1, sharers));
  }
}
