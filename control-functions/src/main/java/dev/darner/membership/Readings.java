package dev.darner.membership;

import dev.darner.membership.Announcement.Doing;
import dev.darner.model.ClusterId;
import dev.darner.model.Host;
import dev.darner.model.HostId;
import dev.darner.model.TaskId;
import dev.darner.schema.ClusterRecord;
import dev.darner.schema.FederationSlotRecord;
import dev.darner.schema.HostRecord;
import dev.darner.schema.Key;
import dev.darner.schema.OriginBudgetRecord;
import dev.darner.schema.OriginSlotRecord;
import dev.darner.schema.StateException;
import dev.darner.schema.StateStore;
import dev.darner.schema.SuspectRecord;
import dev.darner.state.Cluster;
import dev.darner.state.ClusterView;
import dev.darner.state.Introduction;
import dev.darner.state.OriginReads;
import dev.darner.state.Seen;
import dev.darner.state.Slot;
import dev.darner.state.SlotWrites;
import dev.darner.state.Swarm;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;

/**
 * Keeps the origin slots of what a host says that it reads: tells its progress there, takes a slot
 * back that was lost with a lease, gives those back of which the host does not know, and finds
 * those that are lost for good: another host has them, or the right to read is not to be had again.
 * Without state of its own; any thread may call.
 */
final class Readings {
  /** Told at once: with each go three keys at most, each written and read. */
  private static final int AT_ONCE = 20;

  private final ClusterView view;
  private final InstantSource clock;
  private final RandomGenerator chance;
  private final Duration stall;

  /**
   * @param chance safe for use by many threads
   * @param stall how long nothing may be heard of a slot whose host does not say that it reads
   */
  Readings(ClusterView view, InstantSource clock, RandomGenerator chance, Duration stall) {
    this.view = view;
    this.clock = clock;
    this.chance = chance;
    this.stall = stall;
  }

  /** Writes how far a host is, some at once; what just changed is told the next time. */
  void tell(StateStore store, Host host, Seen<HostRecord> registered, Map<TaskId, Long> readings)
      throws StateException, InterruptedException {
    boolean places = view.cluster(host.cluster()).said().originConcurrency() > 0;
    List<SlotWrites> news = new ArrayList<>();
    for (Map.Entry<TaskId, Long> reading : readings.entrySet()) {
      Optional<Slot> own = swarm(host.cluster(), reading.getKey()).slotOf(host.id());
      Optional<SlotWrites> told =
          own.isPresent()
              ? told(host, reading, own.get())
              : takenBack(host, registered, reading.getKey(), reading.getValue());
      if (own.isEmpty() && places && told.isPresent()) {
        // By itself: the next one is not to choose the same place.
        var _ = told.get().commit(store);
      } else {
        told.ifPresent(news::add);
      }
    }
    commit(store, news);
    commit(store, orphans(host, readings));
  }

  private static void commit(StateStore store, List<SlotWrites> all)
      throws StateException, InterruptedException {
    for (int from = 0; from < all.size(); from += AT_ONCE) {
      int until = Math.min(from + AT_ONCE, all.size());
      var _ = store.commit(SlotWrites.joined(all.subList(from, until)));
    }
  }

  /**
   * Gives back what the host was elected for and never heard of, as when a function died before it
   * could say so. A host that tells as much as can be told may read more than that.
   */
  private List<SlotWrites> orphans(Host host, Map<TaskId, Long> readings) {
    if (readings.size() >= Doing.MOST_READINGS) {
      return List.of();
    }
    Instant now = clock.instant();
    return view.cluster(host.cluster()).originReads().slotsOf(host.id()).stream()
        .filter(task -> !readings.containsKey(task))
        .flatMap(task -> orphan(host, task, now).stream())
        .toList();
  }

  private Optional<SlotWrites> orphan(Host host, TaskId task, Instant now) {
    return swarm(host.cluster(), task)
        .slotOf(host.id())
        .filter(slot -> slot.isStalled(now, stall))
        .map(slot -> {
          SlotWrites writes = new SlotWrites(view, host.cluster(), task);
          writes.giveBack(slot);
          return writes;
        });
  }

  private Optional<SlotWrites> told(Host host, Map.Entry<TaskId, Long> reading, Slot own) {
    if (own.seen().record().landed() == reading.getValue()) {
      return Optional.empty();
    }
    SlotWrites writes = new SlotWrites(view, host.cluster(), reading.getKey());
    writes.tell(own, reading.getValue());
    return Optional.of(writes);
  }

  private Optional<SlotWrites> takenBack(
      Host host, Seen<HostRecord> registered, TaskId task, long landed) {
    if (!isFree(swarm(host.cluster(), task))) {
      return Optional.empty();
    }
    return right(host.cluster(), task)
        .map(right -> {
          SlotWrites writes = new SlotWrites(view, host.cluster(), task);
          Key slot = new Key.OriginSlot(host.cluster(), task, 0);
          writes.compare(slot, Optional.empty());
          int place = right.place().orElse(0);
          writes.put(
              slot,
              new OriginSlotRecord(
                  host.id(), host.address(), clock.instant(), landed, place, false),
              registered.lease());
          take(right, writes, host, registered, task);
          return writes;
        });
  }

  private void take(
      Right right, SlotWrites writes, Host host, Seen<HostRecord> registered, TaskId task) {
    if (right.place().isPresent()) {
      Key place = new Key.OriginBudget(host.cluster(), right.place().getAsInt());
      writes.compare(place, Optional.empty());
      writes.put(
          place, new OriginBudgetRecord(host.id(), task, 0, clock.instant()), registered.lease());
    }
    if (right.federated()) {
      Key slot = new Key.FederationSlot(task);
      writes.compare(slot, Optional.empty());
      writes.put(
          slot,
          new FederationSlotRecord(host.cluster(), host.id(), host.address(), clock.instant(), 0),
          registered.lease());
    }
  }

  /**
   * What a reader needs beside its slot.
   *
   * @param place in the budget, where there is one
   * @param federated the slot of the federation
   */
  private record Right(OptionalInt place, boolean federated) {}

  /** The right to read, when it is to be had. */
  private Optional<Right> right(ClusterId name, TaskId task) {
    Cluster cluster = view.cluster(name);
    ClusterRecord said = cluster.said();
    boolean federated = view.isFederated(name);
    if (federated && (view.federationSlot(task).isPresent() || isWholeElsewhere(name, task))) {
      return Optional.empty();
    }
    if (said.originConcurrency() == 0) {
      return Optional.of(new Right(OptionalInt.empty(), federated));
    }
    OriginReads reads = cluster.originReads();
    if (reads.taken() >= said.originConcurrency()) {
      return Optional.empty();
    }
    OptionalInt place = reads.free(said.originConcurrency(), chance);
    return place.isPresent() ? Optional.of(new Right(place, federated)) : Optional.empty();
  }

  private boolean isWholeElsewhere(ClusterId own, TaskId task) {
    return view.clustersOf(task).stream()
        .anyMatch(other -> !other.equals(own) && swarm(other, task).isWholeSomewhere());
  }

  /** Nobody reads, and nobody needs to hear of it from another: the reader's lease had ended. */
  private static boolean isFree(Swarm swarm) {
    return swarm.slots().isEmpty() && !swarm.isWholeSomewhere();
  }

  /**
   * The tasks whose origin the host is to read no more: others whom it can reach do so by now or
   * have the whole, or it has lost the right, and another has it.
   */
  List<TaskId> lost(Introduction reader, Map<TaskId, Long> readings) {
    return readings.keySet().stream().filter(task -> isLost(reader, task)).toList();
  }

  private boolean isLost(Introduction reader, TaskId task) {
    ClusterId cluster = reader.host().cluster();
    Swarm swarm = swarm(cluster, task);
    if (swarm.slotOf(reader.host().id()).isPresent()) {
      return false;
    }
    return isReadByOthers(reader, swarm)
        || isHadByOthers(reader, swarm)
        || (isFree(swarm) && right(cluster, task).isEmpty());
  }

  private boolean isReadByOthers(Introduction reader, Swarm swarm) {
    return swarm.slots().stream().anyMatch(slot -> isReached(reader, slot.seen().record().host()));
  }

  /** One of few that are drawn: who has the whole is rarely out of reach. */
  private boolean isHadByOthers(Introduction reader, Swarm swarm) {
    return swarm.isWholeSomewhere()
        && !swarm
            .draw(
                reader.topology(),
                holder -> holder.sealed() && mayGive(reader, holder.host()),
                chance)
            .isEmpty();
  }

  private boolean mayGive(Introduction reader, HostId holder) {
    ClusterId cluster = reader.host().cluster();
    return !holder.equals(reader.host().id())
        && !view.cluster(cluster).said().blocked().contains(holder)
        && isReached(reader, holder);
  }

  private boolean isReached(Introduction reader, HostId other) {
    return view.cluster(reader.host().cluster())
        .suspects()
        .of(other, reader.topology().zone())
        .filter(SuspectRecord::unreachable)
        .isEmpty();
  }

  private Swarm swarm(ClusterId cluster, TaskId task) {
    return view.cluster(cluster).swarm(task);
  }
}
