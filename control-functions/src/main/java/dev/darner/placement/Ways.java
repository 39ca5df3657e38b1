package dev.darner.placement;

import dev.darner.model.ClusterId;
import dev.darner.model.HostId;
import dev.darner.model.TaskId;
import dev.darner.placement.Way.Federal;
import dev.darner.placement.Way.Lost;
import dev.darner.placement.Way.Place;
import dev.darner.schema.FederationSlotRecord;
import dev.darner.schema.OriginBudgetRecord;
import dev.darner.schema.OriginSlotRecord;
import dev.darner.state.Cluster;
import dev.darner.state.ClusterView;
import dev.darner.state.OriginReads;
import dev.darner.state.Seen;
import dev.darner.state.Slot;
import dev.darner.state.SlotWrites;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Chooses the way by which the one who fetches a task for its cluster comes by it: from another
 * cluster that has or reads it, else from the origin, else it waits. As seen at one moment; reads
 * the view, and writes nothing.
 *
 * @param cluster the asker's
 * @param foreign what other clusters have
 */
record Ways(ClusterView view, Sight.Look look, Sight sight, Cluster cluster, Foreign foreign) {

  static Ways of(ClusterView view, Sight.Look look, Wish wish, Sight sight) {
    Cluster cluster = view.cluster(wish.host().cluster());
    return new Ways(view, look, sight, cluster, Foreign.of(view, look, wish));
  }

  private Situation situation() {
    return sight.situation();
  }

  private ClusterId name() {
    return situation().asker().cluster();
  }

  private TaskId task() {
    return situation().task();
  }

  /** Whether the asker, who has a slot, has with it what it needs. */
  boolean fits(OriginSlotRecord slot) {
    if (slot.abroad()) {
      return foreign.gives(situation());
    }
    boolean placed = look.policy().concurrency() == 0 || slot.place() > 0;
    return placed && !foreign.isReadBy(situation());
  }

  /** The way to take. */
  Way best() {
    if (foreign.gives(situation())) {
      return new Way.Abroad();
    }
    if (look.policy().concurrency() == 0) {
      return new Way.Origin(Optional.empty(), federal());
    }
    Optional<Place> place = inherited().or(this::another);
    return place.isEmpty() ? new Way.Wait() : new Way.Origin(place, federal());
  }

  /** Whether a place must be found: none comes with the slot, and the way leads to the origin. */
  boolean needsAnotherPlace() {
    return !foreign.gives(situation()) && inherited().isEmpty();
  }

  /** How many places can be had now: those of readers who lost the right to theirs, too. */
  int places() {
    int most = look.policy().concurrency();
    int left = most - cluster.originReads().taken();
    return left > 0 ? left : Math.max(0, most - live());
  }

  /** How many places are in use, those above a budget that was lowered, too. */
  private int live() {
    OriginReads reads = cluster.originReads();
    return (int)
        reads
            .numbers()
            .filter(number ->
                reads
                    .place(number)
                    .filter(seen -> isKept(number, seen.record(), slotOf(seen.record())))
                    .isPresent())
            .count();
  }

  private Optional<Place> another() {
    return places() > 0 ? free().or(this::lost) : Optional.empty();
  }

  /** The place that goes with the slot which is taken, or is rewritten. */
  private Optional<Place> inherited() {
    SlotWrites seen = new SlotWrites(view, name(), task());
    return sight
        .vacancy()
        .slot()
        .flatMap(slot ->
            seen.placeOf(slot)
                .map(place ->
                    new Place(slot.seen().record().place(), Optional.of(place), Optional.empty())));
  }

  private Optional<Place> free() {
    return cluster.originReads().free(look.policy().concurrency(), look.chance()).stream()
        .mapToObj(number -> new Place(number, Optional.empty(), Optional.empty()))
        .findFirst();
  }

  /** A place whose reader has stalled, or has no slot that it goes with. */
  private Optional<Place> lost() {
    OriginReads reads = cluster.originReads();
    return IntStream.rangeClosed(1, Math.min(look.policy().concurrency(), reads.taken()))
        .mapToObj(number -> reads.place(number).flatMap(seen -> lost(number, seen)))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private Optional<Place> lost(int number, Seen<OriginBudgetRecord> seen) {
    Optional<Slot> slot = slotOf(seen.record());
    return isKept(number, seen.record(), slot)
        ? Optional.empty()
        : Optional.of(
            new Place(number, Optional.of(seen), Optional.of(new Lost(seen.record(), slot))));
  }

  private Optional<Slot> slotOf(OriginBudgetRecord owner) {
    return cluster.swarm(owner.task()).slot(owner.slot());
  }

  private boolean isKept(int number, OriginBudgetRecord owner, Optional<Slot> slot) {
    return slot.filter(taken -> goesWith(taken, number, owner.host()))
        .filter(taken -> !taken.isStalled(look.now(), look.policy().stall()))
        .isPresent();
  }

  private static boolean goesWith(Slot slot, int place, HostId owner) {
    OriginSlotRecord reader = slot.seen().record();
    return reader.place() == place && reader.host().equals(owner);
  }

  /** Not taken from one who goes on, whom others may reach though the asker does not. */
  private Optional<Federal> federal() {
    if (!foreign.federated()) {
      return Optional.empty();
    }
    Optional<Seen<FederationSlotRecord>> standing = foreign.reader();
    boolean kept = standing.filter(seen -> isKept(seen.record())).isPresent();
    return kept ? Optional.empty() : Optional.of(new Federal(standing));
  }

  private boolean isKept(FederationSlotRecord reader) {
    if (!reader.cluster().equals(name())) {
      return !foreign.stalled();
    }
    // Of the own cluster: while that host has a slot which nobody takes.
    Optional<HostId> loser = sight.vacancy().slot().map(slot -> slot.seen().record().host());
    return !loser.equals(Optional.of(reader.host())) && situation().reads(reader.host());
  }
}
