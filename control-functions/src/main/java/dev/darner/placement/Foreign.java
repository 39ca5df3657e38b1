package dev.darner.placement;

import dev.darner.model.ClusterId;
import dev.darner.model.Host;
import dev.darner.model.HostAddress;
import dev.darner.model.HostId;
import dev.darner.model.TaskId;
import dev.darner.model.Topology;
import dev.darner.placement.Candidate.Standing;
import dev.darner.schema.CrossCluster;
import dev.darner.schema.FederationSlotRecord;
import dev.darner.schema.HolderRecord;
import dev.darner.schema.HostRecord;
import dev.darner.schema.OriginSlotRecord;
import dev.darner.state.Cluster;
import dev.darner.state.ClusterView;
import dev.darner.state.FederationSlot;
import dev.darner.state.Seen;
import dev.darner.state.Slot;
import dev.darner.state.Swarm;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What other clusters have of a task, as far as the asker's cluster takes from them. Looked at only
 * when the own cluster has nobody to take from.
 *
 * @param federated the asker's cluster takes from others, and there are others
 * @param holders hosts there that have some or all of it, and may be named
 * @param readers who reads its origin there, those alive and not stalled
 * @param reader who reads it for all clusters, in whichever; stalled or not
 * @param stalled whether that one has stalled, or is of a cluster that gives nothing to others
 */
record Foreign(
    boolean federated,
    List<Candidate> holders,
    List<Candidate> readers,
    Optional<Seen<FederationSlotRecord>> reader,
    boolean stalled) {
  /** Of many clusters that have it these are enough. */
  private static final int CLUSTERS = 8;

  private static final Foreign NOTHING =
      new Foreign(false, List.of(), List.of(), Optional.empty(), false);

  Foreign {
    holders = List.copyOf(holders);
    readers = List.copyOf(readers);
  }

  /** Looks around. */
  static Foreign of(ClusterView view, Sight.Look look, Wish wish) {
    ClusterId own = wish.host().cluster();
    CrossCluster policy = view.cluster(own).said().crossCluster();
    if (!view.isFederated(own)) {
      return NOTHING;
    }
    List<There> others =
        view.clustersOf(wish.task()).stream()
            .filter(name -> !name.equals(own))
            .map(name -> new There(look, wish, policy, name, view.cluster(name)))
            .filter(There::gives)
            // Where there are but parts nobody gets the whole, and few parents are named.
            .filter(There::hasOrReadsTheWhole)
            .limit(CLUSTERS)
            .toList();
    Optional<FederationSlot> slot = view.federationSlot(wish.task());
    List<Candidate> readers = new ArrayList<>();
    others.forEach(there -> readers.addAll(there.readers()));
    boolean stalled = slot.filter(taken -> isStalled(view, look, taken)).isPresent();
    slot.filter(taken -> !stalled)
        .map(taken -> taken.seen().record())
        .filter(reader -> !reader.cluster().equals(own))
        .map(reader -> reader(view, look, wish, reader))
        .filter(reader -> !isAmong(readers, reader.host().address()))
        .ifPresent(readers::add);
    return new Foreign(
        true,
        others.stream().flatMap(There::holders).toList(),
        readers,
        slot.map(FederationSlot::seen),
        stalled);
  }

  private static boolean isStalled(ClusterView view, Sight.Look look, FederationSlot slot) {
    Cluster there = view.cluster(slot.seen().record().cluster());
    return slot.isStalled(look.now(), look.policy().stall())
        || there.said().crossCluster() == CrossCluster.OFF;
  }

  private static Candidate reader(
      ClusterView view, Sight.Look look, Wish wish, FederationSlotRecord reader) {
    ClusterId name = reader.cluster();
    There there = new There(look, wish, CrossCluster.ANY, name, view.cluster(name));
    return there.candidate(reader.host(), reader.address());
  }

  private static boolean isAmong(List<Candidate> candidates, HostAddress address) {
    return candidates.stream().anyMatch(known -> known.host().address().equals(address));
  }

  /** Whether the asker can get the whole there: parts alone would leave it waiting. */
  boolean gives(Situation situation) {
    return Stream.concat(holders.stream().filter(Candidate::sealed), readers.stream())
        .map(Candidate::host)
        .anyMatch(situation::usable);
  }

  /** Another cluster's host reads for all, and the asker can reach it for all that is known. */
  boolean isReadBy(Situation situation) {
    ClusterId own = situation.asker().cluster();
    return reader
        .map(Seen::record)
        .filter(who -> !stalled && !who.cluster().equals(own))
        .filter(who -> !situation.failed().contains(who.host()))
        .isPresent();
  }

  /** The situation of an asker that is sent to other clusters; what is in its own is of use too. */
  Situation beside(Situation own) {
    return new Situation(
        own.asker(),
        own.task(),
        own.failed(),
        Stream.concat(holders.stream(), own.holders().stream()).toList(),
        readers,
        own.mostReaders(),
        own.seeds());
  }

  /**
   * Another cluster that has it.
   *
   * @param policy of the asker's cluster
   */
  private record There(
      Sight.Look look, Wish wish, CrossCluster policy, ClusterId name, Cluster cluster) {

    boolean gives() {
      return cluster.said().crossCluster() != CrossCluster.OFF;
    }

    /** Known without a look at each host: whether it may be named shows later. */
    boolean hasOrReadsTheWhole() {
      Swarm swarm = cluster.swarm(task());
      return swarm.isWholeSomewhere()
          || swarm.slots().stream().anyMatch(slot -> !slot.seen().record().abroad());
    }

    /** Where there are no seeds everyone may be what a seed is elsewhere. */
    private boolean mayBeNamed(HolderRecord holder) {
      boolean kind = policy == CrossCluster.ANY || holder.seed() || cluster.seeds().isEmpty();
      return kind && isUsable(holder.host());
    }

    private boolean isUsable(HostId host) {
      return !cluster.said().blocks(host) && !wish.failed().contains(host);
    }

    Stream<Candidate> holders() {
      return cluster
          .swarm(task())
          .draw(wish.asker().topology(), this::mayBeNamed, look.chance())
          .stream()
          .map(Seen::record)
          .map(holder ->
              new Candidate(
                  host(holder.host(), holder.address(), holder.seed()),
                  holder.sealed(),
                  holder.band(),
                  standing(holder.host(), holder.address())));
    }

    private TaskId task() {
      return wish.task();
    }

    /** Not those who take it from other clusters themselves. */
    List<Candidate> readers() {
      return cluster.swarm(task()).slots().stream()
          .filter(slot -> !slot.isStalled(look.now(), look.policy().stall()))
          .map(Slot::seen)
          .map(Seen::record)
          .filter(reader -> !reader.abroad() && isUsable(reader.host()))
          .map(this::candidate)
          .toList();
    }

    private Candidate candidate(OriginSlotRecord reader) {
      return candidate(reader.host(), reader.address());
    }

    Candidate candidate(HostId id, HostAddress address) {
      boolean seed = cluster.host(id).map(seen -> seen.record().seed()).orElse(false);
      return new Candidate(host(id, address, seed), false, 0, standing(id, address));
    }

    private Host host(HostId id, HostAddress address, boolean seed) {
      return new Host(name, id, address, seed);
    }

    private Standing standing(HostId id, HostAddress address) {
      Topology from = wish.asker().topology();
      Topology there = cluster.topology(id).orElseGet(() -> Topology.UNKNOWN.at(address));
      int load = cluster.host(id).map(seen -> seen.record().load()).orElse(HostRecord.FREE);
      return new Standing(from.to(there), from.shared(there), load, false);
    }
  }
}
