package dev.darner.placement;

import dev.darner.model.ClusterId;
import dev.darner.model.Host;
import dev.darner.model.HostId;
import dev.darner.model.TaskId;
import dev.darner.placement.Sight.Vacancy;
import dev.darner.schema.FederationSlotRecord;
import dev.darner.schema.HolderRecord;
import dev.darner.schema.HostRecord;
import dev.darner.schema.Key;
import dev.darner.schema.OriginBudgetRecord;
import dev.darner.schema.OriginSlotRecord;
import dev.darner.schema.StateException;
import dev.darner.schema.StateStore;
import dev.darner.schema.TaskRecord;
import dev.darner.schema.TransactionResult;
import dev.darner.state.ClusterView;
import dev.darner.state.Seen;
import dev.darner.state.Slot;
import dev.darner.state.SlotWrites;
import dev.darner.state.Swarm;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Takes origin slots and gives them back, each by one transaction that compares what was seen with
 * what stands. The view that was seen has learned what stands when a method returns, whether it
 * wrote or not. Without state of its own; any thread may call.
 */
final class OriginSlots {
  private final ClusterView view;
  private final InstantSource clock;

  OriginSlots(ClusterView view, InstantSource clock) {
    this.view = view;
    this.clock = clock;
  }

  /**
   * Tries to take a slot for a host, from the one that was seen to have it or from nobody, with
   * what it needs on its way. The task's record is compared and written too: a replica whose view
   * lacks the task altogether, with those who may have finished it, is thereby found out.
   *
   * @param sight what made the host a candidate
   * @throws StateException.NoLease when the reader's lease has ended
   */
  void take(StateStore store, Wish wish, Sight sight, Way way, Seen<HostRecord> reader)
      throws StateException, InterruptedException {
    ClusterId cluster = wish.host().cluster();
    Vacancy vacancy = sight.vacancy();
    Key slot = new Key.OriginSlot(cluster, wish.task(), vacancy.number());
    Key task = new Key.Task(cluster, wish.task());
    SlotWrites writes = new SlotWrites(view, cluster, wish.task());
    writes.compare(slot, vacancy.slot().map(Slot::seen));
    writes.compare(task, sight.task());
    vacancy.slot().ifPresent(writes::giveRightBack);
    writes.put(slot, taken(vacancy, way, reader), reader.lease());
    writes.put(task, record(wish, sight.task()), 0);
    if (way instanceof Way.Origin origin) {
      origin.place().ifPresent(place -> take(writes, wish, vacancy.number(), place, reader));
      origin.federal().ifPresent(federal -> take(writes, wish, federal, reader));
    }
    TransactionResult result = writes.commit(store);
    if (result.reads().stream().noneMatch(entry -> entry.key().equals(slot.text()))) {
      // Nobody reads, and yet something changed: somebody may have it whole.
      store.snapshot(Key.holders(cluster, wish.task()));
    }
  }

  /** Who has the slot already, and only goes another way, has read what it has read. */
  private OriginSlotRecord taken(Vacancy vacancy, Way way, Seen<HostRecord> reader) {
    HostRecord host = reader.record();
    Optional<OriginSlotRecord> before =
        vacancy
            .slot()
            .map(slot -> slot.seen().record())
            .filter(known -> known.host().equals(host.host()))
            .filter(known -> known.address().equals(host.address()));
    int place =
        way instanceof Way.Origin(var needed, _) ? needed.map(Way.Place::number).orElse(0) : 0;
    return new OriginSlotRecord(
        host.host(),
        host.address(),
        before.map(OriginSlotRecord::since).orElseGet(clock::instant),
        before.map(OriginSlotRecord::landed).orElse(0L),
        place,
        way instanceof Way.Abroad);
  }

  private void take(
      SlotWrites writes, Wish wish, int slot, Way.Place place, Seen<HostRecord> reader) {
    ClusterId cluster = wish.host().cluster();
    Key key = new Key.OriginBudget(cluster, place.number());
    writes.compare(key, place.standing());
    writes.put(
        key,
        new OriginBudgetRecord(reader.record().host(), wish.task(), slot, clock.instant()),
        reader.lease());
    place.lost().ifPresent(lost -> evict(writes, cluster, lost));
  }

  /** The slot that a place went with goes when it is still that of the place's reader. */
  private static void evict(SlotWrites writes, ClusterId cluster, Way.Lost lost) {
    OriginBudgetRecord owner = lost.owner();
    Key key = new Key.OriginSlot(cluster, owner.task(), owner.slot());
    writes.compare(key, lost.slot().map(Slot::seen));
    lost.slot()
        .filter(slot -> slot.seen().record().host().equals(owner.host()))
        .ifPresent(slot -> writes.delete(key));
  }

  private void take(SlotWrites writes, Wish wish, Way.Federal federal, Seen<HostRecord> reader) {
    Key key = new Key.FederationSlot(wish.task());
    writes.compare(key, federal.standing());
    HostRecord host = reader.record();
    writes.put(
        key,
        new FederationSlotRecord(
            wish.host().cluster(), host.host(), host.address(), clock.instant(), 0),
        reader.lease());
  }

  /** Writes a host as a whole holder, and takes back its slot; false when the slot just changed. */
  boolean finish(StateStore store, Host host, TaskId task, Seen<HostRecord> holder)
      throws StateException, InterruptedException {
    HolderRecord whole =
        new HolderRecord(
            host.id(), host.address(), host.seed(), true, HolderRecord.FULL_BAND, clock.instant());
    Key.Holder key = new Key.Holder(host.cluster(), task, host.id());
    return release(store, key, writes -> writes.put(key, whole, holder.lease()));
  }

  /** Removes a holder and takes back its slot; false when the slot just changed. */
  boolean withdraw(StateStore store, ClusterId cluster, HostId host, TaskId task)
      throws StateException, InterruptedException {
    Key.Holder holder = new Key.Holder(cluster, task, host);
    return release(store, holder, writes -> writes.delete(holder));
  }

  /** Gives a holder's slot back, with what else is written of it. */
  private boolean release(StateStore store, Key.Holder holder, Consumer<SlotWrites> beside)
      throws StateException, InterruptedException {
    Swarm swarm = view.cluster(holder.cluster()).swarm(holder.task());
    SlotWrites writes = new SlotWrites(view, holder.cluster(), holder.task());
    // The first is asked for though nobody is seen to have it: a late view does not show all.
    for (int number : numbers(swarm)) {
      Optional<Slot> slot = swarm.slot(number);
      Key key = new Key.OriginSlot(holder.cluster(), holder.task(), number);
      writes.compare(key, slot.map(Slot::seen));
      slot.filter(taken -> taken.seen().record().host().equals(holder.host()))
          .ifPresent(writes::giveBack);
    }
    beside.accept(writes);
    return writes.commit(store).written();
  }

  private static Set<Integer> numbers(Swarm swarm) {
    Set<Integer> numbers = new TreeSet<>(Set.of(0));
    swarm.slots().forEach(slot -> numbers.add(slot.number()));
    return numbers;
  }

  /** What is known of the task, with what the wish adds. */
  private TaskRecord record(Wish wish, Optional<Seen<TaskRecord>> seen) {
    TaskRecord wished = new TaskRecord(wish.task(), wish.label(), wish.size(), clock.instant());
    return seen.map(Seen::record)
        .map(known ->
            new TaskRecord(
                known.task(),
                known.label().isEmpty() ? wished.label() : known.label(),
                known.size() == 0 ? wished.size() : known.size(),
                known.since()))
        .orElse(wished);
  }
}
