package dev.darner.state;

import dev.darner.model.HostId;
import dev.darner.model.TaskId;
import dev.darner.schema.ClusterRecord;
import dev.darner.schema.HolderRecord;
import dev.darner.schema.HostRecord;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * What the store says of one cluster. It changes while it is read, record by record. Any thread may
 * read and, within this room, change it: a change is kept unless a later one of its key is known.
 */
public final class Cluster {
  private final Map<HostId, Seen<HostRecord>> hosts = new ConcurrentHashMap<>();
  private final Map<TaskId, Swarm> swarms = new ConcurrentHashMap<>();

  /** Which tasks each host has; changed only while the task's swarm is being changed. */
  private final Map<HostId, Set<TaskId>> held = new ConcurrentHashMap<>();

  private final AtomicReference<Seen<ClusterRecord>> defined = new AtomicReference<>();
  private final AtomicLong hostChanges = new AtomicLong();
  private volatile Called called = new Called(0, Roster.of(Set.of()));
  private final Consumer<TaskId> unwanted;

  /**
   * An empty cluster.
   *
   * @param unwanted hears of a task that has a record, and neither holder nor reader
   */
  Cluster(Consumer<TaskId> unwanted) {
    this.unwanted = unwanted;
  }

  /** The roster as it was after so many changes of hosts. */
  private record Called(long changes, Roster roster) {}

  /** What people have said of the cluster, if they have. */
  public Optional<Seen<ClusterRecord>> record() {
    return Optional.ofNullable(defined.get());
  }

  public Optional<Seen<HostRecord>> host(HostId id) {
    return Optional.ofNullable(hosts.get(id));
  }

  /** All live hosts, gathered anew only when one changed. */
  public Roster roster() {
    Called last = called;
    long changes = hostChanges.get();
    if (last.changes() != changes) {
      last = new Called(changes, Roster.of(hosts.values()));
      called = last;
    }
    return last.roster();
  }

  /** The hosts of a task; an empty swarm when there are none. */
  public Swarm swarm(TaskId task) {
    Swarm swarm = swarms.get(task);
    return swarm == null ? new Swarm(task) : swarm;
  }

  /** Every task that is wanted or held. */
  public Set<TaskId> tasks() {
    return Set.copyOf(swarms.keySet());
  }

  /** The tasks of which a host has some or all. */
  public Set<TaskId> heldBy(HostId host) {
    return Set.copyOf(held.getOrDefault(host, Set.of()));
  }

  /** How many tasks {@link #heldBy} has, without gathering them. */
  public int countHeldBy(HostId host) {
    return held.getOrDefault(host, Set.of()).size();
  }

  void define(Seen<ClusterRecord> seen) {
    defined.accumulateAndGet(
        seen, (known, later) -> known == null ? later : Seen.later(known, later));
  }

  void undefine(long revision) {
    defined.updateAndGet(known -> Seen.after(known, revision));
  }

  void put(HostId id, Seen<HostRecord> seen) {
    hosts.merge(id, seen, Seen::later);
    hostChanges.incrementAndGet();
  }

  void remove(HostId id, long revision) {
    hosts.computeIfPresent(id, (same, seen) -> Seen.after(seen, revision));
    hostChanges.incrementAndGet();
  }

  void putHolder(TaskId task, Seen<HolderRecord> seen) {
    Seen<HolderRecord> slim = slim(seen);
    change(
        task,
        swarm -> {
          swarm.putHolder(slim);
          remember(slim.record().host(), swarm.id());
        });
  }

  /** The same, of the names that its host's record has: holders are most of what is kept here. */
  private Seen<HolderRecord> slim(Seen<HolderRecord> seen) {
    HolderRecord holder = seen.record();
    return host(holder.host())
        .map(Seen::record)
        .filter(host -> host.address().equals(holder.address()))
        .map(host ->
            new HolderRecord(
                host.host(),
                host.address(),
                holder.seed(),
                holder.sealed(),
                holder.band(),
                holder.since()))
        .map(record -> new Seen<>(record, seen.revision(), seen.lease()))
        .orElse(seen);
  }

  private void remember(HostId host, TaskId task) {
    held.compute(
        host,
        (id, old) -> {
          Set<TaskId> tasks = old == null ? ConcurrentHashMap.newKeySet() : old;
          tasks.add(task);
          return tasks;
        });
  }

  void removeHolder(TaskId task, HostId host, long revision) {
    change(
        task,
        swarm -> {
          swarm.removeHolder(host, revision);
          if (swarm.holder(host).isEmpty()) {
            forget(host, task);
          }
        });
  }

  private void forget(HostId host, TaskId task) {
    held.computeIfPresent(
        host,
        (id, tasks) -> {
          tasks.remove(task);
          return tasks.isEmpty() ? null : tasks;
        });
  }

  /** Changes a task's swarm alone; one that is left empty goes. */
  void change(TaskId task, Consumer<Swarm> change) {
    Swarm left =
        swarms.compute(
            task,
            (id, old) -> {
              Swarm swarm = old == null ? new Swarm(task) : old;
              change.accept(swarm);
              return swarm.isEmpty() ? null : swarm;
            });
    if (left != null && left.isUnwanted()) {
      unwanted.accept(task);
    }
  }
}
