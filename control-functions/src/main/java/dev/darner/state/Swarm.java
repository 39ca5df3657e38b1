package dev.darner.state;

import dev.darner.model.HostId;
import dev.darner.model.TaskId;
import dev.darner.schema.HolderRecord;
import dev.darner.schema.OriginSlotRecord;
import dev.darner.schema.TaskRecord;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The hosts of one task. It changes while it is read: each record is as of some moment, in no order
 * among them. Any thread may read; {@link Cluster} alone changes it, one thread at a time.
 */
public final class Swarm {
  private final TaskId id;
  private final Map<HostId, Seen<HolderRecord>> holders = new ConcurrentHashMap<>();
  private volatile Seen<TaskRecord> task;
  private volatile Seen<OriginSlotRecord> slot;

  /** A swarm of nobody. */
  Swarm(TaskId id) {
    this.id = id;
  }

  /** The task's name; one object, however often the task is named. */
  TaskId id() {
    return id;
  }

  public Optional<Seen<TaskRecord>> task() {
    return Optional.ofNullable(task);
  }

  /** Every host that has some or all of the task. */
  public Collection<Seen<HolderRecord>> holders() {
    return holders.values();
  }

  public Optional<Seen<HolderRecord>> holder(HostId host) {
    return Optional.ofNullable(holders.get(host));
  }

  /** Who reads the origin. */
  public Optional<Seen<OriginSlotRecord>> slot() {
    return Optional.ofNullable(slot);
  }

  boolean isEmpty() {
    return task == null && isUnwanted();
  }

  /** Nobody has the task, and nobody reads it. */
  boolean isUnwanted() {
    return slot == null && holders.isEmpty();
  }

  void put(Seen<TaskRecord> seen) {
    task = task == null ? seen : Seen.later(task, seen);
  }

  void putSlot(Seen<OriginSlotRecord> seen) {
    slot = slot == null ? seen : Seen.later(slot, seen);
  }

  void putHolder(Seen<HolderRecord> seen) {
    holders.merge(seen.record().host(), seen, Seen::later);
  }

  void removeTask(long revision) {
    task = Seen.after(task, revision);
  }

  void removeSlot(long revision) {
    slot = Seen.after(slot, revision);
  }

  void removeHolder(HostId host, long revision) {
    holders.computeIfPresent(host, (id, seen) -> Seen.after(seen, revision));
  }
}
