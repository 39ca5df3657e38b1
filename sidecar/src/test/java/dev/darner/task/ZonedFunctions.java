package dev.darner.task;

import dev.darner.controlplane.Placement;
import dev.darner.model.Host;
import dev.darner.model.HostId;
import dev.darner.model.Topology;
import dev.darner.placement.Candidate;
import dev.darner.placement.Candidate.Standing;
import dev.darner.placement.OriginElection;
import dev.darner.placement.OriginElection.AskerReads;
import dev.darner.placement.OriginElection.Elects;
import dev.darner.placement.OriginElection.Served;
import dev.darner.placement.OriginElection.Verdict;
import dev.darner.placement.Parent;
import dev.darner.placement.ParentRanking;
import dev.darner.placement.Situation;
import dev.darner.schema.HostRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The functions of a {@link LinkSwarm} whose hosts stand in zones: the decisions of the control
 * plane itself, made from what the hosts have told some time ago.
 */
final class ZonedFunctions {
  private final LinkSwarm swarm;
  private final int zones;
  private final ParentRanking ranking;
  private final Map<Integer, List<LinkHost>> readers = new HashMap<>();
  private final Map<String, Set<HostId>> unreachable = new HashMap<>();
  private int reads;
  private boolean cut;

  ZonedFunctions(LinkSwarm swarm, int zones) {
    this.swarm = swarm;
    this.zones = zones;
    this.ranking = new ParentRanking(swarm.random);
  }

  Topology topology(LinkHost host) {
    return new Topology("z" + (host.address.port() % zones), "", Map.of());
  }

  /** From now on nothing gets from one zone to another. */
  void cut() {
    cut = true;
    swarm.cut();
  }

  boolean isCut(LinkHost one, LinkHost other) {
    return cut && !topology(one).equals(topology(other));
  }

  /** How often a host was let read an origin that another had read before, or nobody. */
  int reads() {
    return reads;
  }

  void blamed(LinkHost by, HostId host, boolean unreached) {
    if (unreached) {
      unreachable.computeIfAbsent(topology(by).zone(), zone -> new HashSet<>()).add(host);
    }
  }

  Placement place(LinkHost asker, int task, Set<HostId> failed) {
    Situation situation = situation(asker, task, failed);
    Verdict verdict = OriginElection.decide(situation);
    if (verdict instanceof Elects(Host candidate)) {
      reads++;
      List<LinkHost> reading = readers.computeIfAbsent(task, same -> new ArrayList<>());
      reading.removeIf(reader -> isFailed(reader, task));
      reading.add(host(candidate));
      return place(asker, task, failed);
    }
    return switch (verdict) {
      case AskerReads() -> new Placement(Placement.Role.READ_ORIGIN, List.of());
      case Served() ->
          new Placement(
              Placement.Role.FROM_PARENTS,
              ranking.rank(situation).stream().map(ZonedFunctions::parent).toList());
      case Elects(var none) -> throw new AssertionError(none);
    };
  }

  /** One that goes on keeps its slot, whomever it failed. */
  private static boolean isFailed(LinkHost reader, int task) {
    return reader.band(task) == 0;
  }

  private static Placement.Parent parent(Parent parent) {
    return new Placement.Parent(parent.host(), parent.sealed(), parent.fill());
  }

  private Situation situation(LinkHost asker, int task, Set<HostId> failed) {
    Set<HostId> avoided = new HashSet<>(failed);
    avoided.addAll(unreachable.getOrDefault(topology(asker).zone(), Set.of()));
    List<Candidate> holders = new ArrayList<>();
    for (LinkHost host : swarm.hosts.values()) {
      int band = host.band(task);
      if (host != asker && host.announced(task)) {
        holders.add(candidate(host, asker, band == 10, Math.max(1, band)));
      }
    }
    List<Candidate> reading =
        readers.getOrDefault(task, List.of()).stream()
            .map(reader -> candidate(reader, asker, false, 0))
            .toList();
    return new Situation(
        swarm.host(asker), swarm.tasks.get(task), avoided, holders, reading, 1, List.of());
  }

  private Candidate candidate(LinkHost host, LinkHost asker, boolean sealed, int band) {
    Standing standing = new Standing(topology(asker).to(topology(host)), 0, HostRecord.FREE, false);
    return new Candidate(swarm.host(host), sealed, band, standing);
  }

  private LinkHost host(Host known) {
    return swarm.hosts.get(known.address());
  }
}
