package dev.darner.state;

import dev.darner.model.ClusterId;
import dev.darner.model.HostId;
import dev.darner.model.TaskId;
import dev.darner.schema.FederationSlotRecord;
import dev.darner.schema.Json;
import dev.darner.schema.Key;
import dev.darner.schema.OriginBudgetRecord;
import dev.darner.schema.OriginSlotRecord;
import dev.darner.schema.StateException;
import dev.darner.schema.StateStore;
import dev.darner.schema.Transaction;
import dev.darner.schema.Transaction.Condition;
import dev.darner.schema.Transaction.Put;
import dev.darner.schema.TransactionResult;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The writes about a task's origin slots and what goes with these, put together for one transaction
 * which compares all that it touches with what was seen. With a slot goes the right to read the
 * origin: a place in the cluster's budget, and the slot of the federation; where there is a budget,
 * and a federation. Used by one thread, for one transaction.
 */
public final class SlotWrites {
  private final ClusterView view;
  private final ClusterId cluster;
  private final TaskId task;
  private final Map<String, Condition> compared = new LinkedHashMap<>();
  private final Map<String, Put> puts = new LinkedHashMap<>();
  private final Set<String> deletes = new TreeSet<>();

  /** None yet. */
  public SlotWrites(ClusterView view, ClusterId cluster, TaskId task) {
    this.view = view;
    this.cluster = cluster;
    this.task = task;
  }

  /** It holds only while a key is as it was seen, or still absent. */
  public void compare(Key key, Optional<? extends Seen<?>> seen) {
    String text = key.text();
    compared.put(text, new Condition(text, seen.map(Seen::revision).orElse(0L)));
  }

  /** Writes a key, whatever was said of it before. */
  public void put(Key key, Record value, long lease) {
    deletes.remove(key.text());
    puts.put(key.text(), new Put(key.text(), Json.write(value), lease));
  }

  /** Removes a key, unless it is written. */
  public void delete(Key key) {
    if (!puts.containsKey(key.text())) {
      deletes.add(key.text());
    }
  }

  /** Removes a slot, and gives the right back that goes with it. */
  public void giveBack(Slot slot) {
    Key key = new Key.OriginSlot(cluster, task, slot.number());
    compare(key, Optional.of(slot.seen()));
    delete(key);
    giveRightBack(slot);
  }

  /** Gives back what goes with a slot, and leaves the slot. */
  public void giveRightBack(Slot slot) {
    OriginSlotRecord reader = slot.seen().record();
    Optional<Seen<OriginBudgetRecord>> place = placeOf(slot);
    if (place.isPresent()) {
      remove(new Key.OriginBudget(cluster, reader.place()), place.get());
    }
    federation(reader.host())
        .ifPresent(slotOfAll -> remove(new Key.FederationSlot(task), slotOfAll));
  }

  private void remove(Key key, Seen<?> seen) {
    compare(key, Optional.of(seen));
    delete(key);
  }

  /** The place that goes with a slot, as it is seen. */
  public Optional<Seen<OriginBudgetRecord>> placeOf(Slot slot) {
    OriginSlotRecord reader = slot.seen().record();
    return view.cluster(cluster)
        .originReads()
        .place(reader.place())
        .filter(seen ->
            seen.record().host().equals(reader.host())
                && seen.record().task().equals(task)
                && seen.record().slot() == slot.number());
  }

  private Optional<Seen<FederationSlotRecord>> federation(HostId reader) {
    return view.federationSlot(task)
        .map(FederationSlot::seen)
        .filter(seen -> seen.record().isOf(cluster, reader));
  }

  /** Tells how far a reader is, in its slot and in that of the federation, if it has this. */
  public void tell(Slot slot, long landed) {
    Key key = new Key.OriginSlot(cluster, task, slot.number());
    compare(key, Optional.of(slot.seen()));
    put(key, slot.seen().record().at(landed), slot.seen().lease());
    federation(slot.seen().record().host())
        .ifPresent(seen -> {
          compare(new Key.FederationSlot(task), Optional.of(seen));
          put(new Key.FederationSlot(task), seen.record().at(landed), seen.lease());
        });
  }

  /** One transaction, of which the view is to learn all that was compared. */
  public static Transaction joined(List<SlotWrites> all) {
    return new Transaction(
        all.stream().flatMap(writes -> writes.compared.values().stream()).toList(),
        all.stream().flatMap(writes -> writes.puts.values().stream()).toList(),
        all.stream().flatMap(writes -> writes.deletes.stream()).toList(),
        all.stream().flatMap(writes -> writes.compared.keySet().stream()).toList());
  }

  /** Writes when all is as it was seen; the view learns what stands in any case. */
  public TransactionResult commit(StateStore store) throws StateException, InterruptedException {
    return store.commit(joined(List.of(this)));
  }
}
