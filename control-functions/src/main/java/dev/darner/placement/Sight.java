package dev.darner.placement;

import dev.darner.model.Host;
import dev.darner.model.HostId;
import dev.darner.placement.Situation.Candidate;
import dev.darner.schema.HolderRecord;
import dev.darner.schema.HostRecord;
import dev.darner.schema.OriginSlotRecord;
import dev.darner.schema.TaskRecord;
import dev.darner.state.Cluster;
import dev.darner.state.Seen;
import dev.darner.state.Swarm;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * A wish's situation as it was read from the view, together with the records that a write made of
 * it must find unchanged. The view goes on changing: whoever decides by one look and compares with
 * a second one takes the slot from the host that won in between.
 *
 * @param situation what is decided from
 * @param slot the task's slot, taken or not, as the situation shows it
 * @param task the task's record at the same time
 */
record Sight(
    Situation situation, Optional<Seen<OriginSlotRecord>> slot, Optional<Seen<TaskRecord>> task) {

  /**
   * Looks at what is known of a wish's task.
   *
   * @param dead hosts that count as failed, though the wish does not name them
   */
  static Sight of(Wish wish, Cluster cluster, Set<HostId> dead) {
    Swarm swarm = cluster.swarm(wish.task());
    // The slot before the holders: who finishes becomes a holder before its slot goes.
    Optional<Seen<TaskRecord>> task = swarm.task();
    Optional<Seen<OriginSlotRecord>> slot = swarm.slot();
    Set<HostId> failed = new HashSet<>(wish.failed());
    failed.addAll(dead);
    Situation situation =
        new Situation(
            wish.host(),
            wish.task(),
            failed,
            swarm.holders().stream().map(Seen::record).map(h -> candidate(h, wish)).toList(),
            slot.map(Seen::record).flatMap(s -> reader(s, wish.host(), cluster)),
            cluster.roster().seeds().stream().map(Sight::host).toList());
    return new Sight(situation, slot, task);
  }

  private static Candidate candidate(HolderRecord holder, Wish wish) {
    Host host = new Host(wish.host().cluster(), holder.host(), holder.address(), holder.seed());
    return new Candidate(host, holder.sealed(), holder.band());
  }

  /** A slot of the asker's name from another address is that of a sidecar which was moved. */
  private static Optional<Host> reader(OriginSlotRecord slot, Host asker, Cluster cluster) {
    boolean seed = cluster.host(slot.host()).map(seen -> seen.record().seed()).orElse(false);
    Host reader = new Host(asker.cluster(), slot.host(), slot.address(), seed);
    boolean moved = slot.host().equals(asker.id()) && !slot.address().equals(asker.address());
    return Optional.of(reader).filter(host -> !moved);
  }

  private static Host host(HostRecord record) {
    return new Host(record.cluster(), record.host(), record.address(), record.seed());
  }
}
