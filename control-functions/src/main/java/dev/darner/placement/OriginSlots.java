package dev.darner.placement;

import dev.darner.model.ClusterId;
import dev.darner.model.Host;
import dev.darner.model.HostId;
import dev.darner.model.TaskId;
import dev.darner.placement.Sight.Vacancy;
import dev.darner.schema.HolderRecord;
import dev.darner.schema.HostRecord;
import dev.darner.schema.Json;
import dev.darner.schema.Key;
import dev.darner.schema.OriginSlotRecord;
import dev.darner.schema.StateException;
import dev.darner.schema.StateStore;
import dev.darner.schema.TaskRecord;
import dev.darner.schema.Transaction;
import dev.darner.schema.Transaction.Condition;
import dev.darner.schema.Transaction.Put;
import dev.darner.schema.TransactionResult;
import dev.darner.state.ClusterView;
import dev.darner.state.Seen;
import dev.darner.state.Slot;
import dev.darner.state.Swarm;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

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
   * Tries to take a slot for a host, from the one that was seen to have it or from nobody. The
   * task's record is compared and written too: a replica whose view lacks the task altogether, with
   * those who may have finished it, is thereby found out.
   *
   * @param sight what made the host a candidate
   * @throws StateException.NoLease when the reader's lease has ended
   */
  void take(StateStore store, Wish wish, Sight sight, Seen<HostRecord> reader)
      throws StateException, InterruptedException {
    ClusterId cluster = wish.host().cluster();
    Vacancy vacancy = sight.vacancy();
    String slot = new Key.OriginSlot(cluster, wish.task(), vacancy.number()).text();
    String task = new Key.Task(cluster, wish.task()).text();
    OriginSlotRecord taken =
        new OriginSlotRecord(reader.record().host(), reader.record().address(), clock.instant(), 0);
    TransactionResult result =
        store.commit(
            new Transaction(
                List.of(
                    new Condition(slot, revision(vacancy.standing())),
                    new Condition(task, revision(sight.task()))),
                List.of(
                    new Put(slot, Json.write(taken), reader.lease()),
                    new Put(task, Json.write(record(wish, sight.task())), 0)),
                List.of(),
                List.of(slot, task)));
    if (result.reads().stream().noneMatch(entry -> entry.key().equals(slot))) {
      // Nobody reads, and yet something changed: somebody may have it whole.
      store.snapshot(Key.holders(cluster, wish.task()));
    }
  }

  /** Writes a host as a whole holder, and takes back its slot; false when the slot just changed. */
  boolean finish(StateStore store, Host host, TaskId task, Seen<HostRecord> holder)
      throws StateException, InterruptedException {
    HolderRecord whole =
        new HolderRecord(
            host.id(), host.address(), host.seed(), true, HolderRecord.FULL_BAND, clock.instant());
    Put put =
        new Put(holderKey(host.cluster(), task, host.id()), Json.write(whole), holder.lease());
    return release(store, host.cluster(), host.id(), task, new Release(List.of(put), List.of()));
  }

  /** Removes a holder and takes back its slot; false when the slot just changed. */
  boolean withdraw(StateStore store, ClusterId cluster, HostId host, TaskId task)
      throws StateException, InterruptedException {
    List<String> holder = List.of(holderKey(cluster, task, host));
    return release(store, cluster, host, task, new Release(List.of(), holder));
  }

  /** What is written when a slot is given back. */
  private record Release(List<Put> puts, List<String> deletes) {}

  private boolean release(
      StateStore store, ClusterId cluster, HostId host, TaskId task, Release release)
      throws StateException, InterruptedException {
    Swarm swarm = view.cluster(cluster).swarm(task);
    List<String> deletes = new ArrayList<>(release.deletes());
    List<Condition> conditions = new ArrayList<>();
    // The first is asked for though nobody is seen to have it: a late view does not show all.
    for (int number : numbers(swarm)) {
      Optional<Slot> slot = swarm.slot(number);
      String key = new Key.OriginSlot(cluster, task, number).text();
      conditions.add(new Condition(key, slot.map(s -> s.seen().revision()).orElse(0L)));
      if (slot.filter(taken -> taken.seen().record().host().equals(host)).isPresent()) {
        deletes.add(key);
      }
    }
    List<String> slots = conditions.stream().map(Condition::key).toList();
    return store.commit(new Transaction(conditions, release.puts(), deletes, slots)).written();
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

  private static long revision(Optional<? extends Seen<?>> seen) {
    return seen.map(Seen::revision).orElse(0L);
  }

  private static String holderKey(ClusterId cluster, TaskId task, HostId host) {
    return new Key.Holder(cluster, task, host).text();
  }
}
