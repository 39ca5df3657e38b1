package dev.darner.state;

import dev.darner.model.HostId;
import dev.darner.model.TaskId;
import dev.darner.model.Topology;
import dev.darner.schema.ClusterRecord;
import dev.darner.schema.HolderRecord;
import dev.darner.schema.HostRecord;
import dev.darner.state.Crowd.Place;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * What the store says of one cluster. It changes while it is read, record by record. Any thread may
 * read and, within this room, change it: a change is kept unless a later one of its key is known.
 */
public final class Cluster {
  private final Map<HostId, Place<Seen<HostRecord>>> hosts = new ConcurrentHashMap<>();
  private final Crowd<Seen<HostRecord>> everybody = new Crowd<>();

  /** By name; changed only while the host's place is. */
  private final Map<String, HostRecord> seeds = new ConcurrentSkipListMap<>();

  private final Suspects suspects;
  private final Map<TaskId, Swarm> swarms = new ConcurrentHashMap<>();

  /** Which tasks each host has; changed only while the task's swarm is being changed. */
  private final Map<HostId, Set<TaskId>> held = new ConcurrentHashMap<>();

  private final AtomicReference<Seen<ClusterRecord>> defined = new AtomicReference<>();
  private final AtomicLong hostChanges = new AtomicLong();
  private volatile Called called = new Called(0, Roster.of(Set.of()));
  private final Consumer<TaskId> unwanted;
  private final Federation.Presence presence;
  private final OriginReads originReads = new OriginReads();

  /**
   * An empty cluster.
   *
   * @param unwanted hears of a task that has a record, and neither holder nor reader
   * @param presence told which tasks are here
   * @param clock says since when something is seen here
   */
  Cluster(Consumer<TaskId> unwanted, Federation.Presence presence, InstantSource clock) {
    this.unwanted = unwanted;
    this.presence = presence;
    this.suspects = new Suspects(clock);
  }

  /** The roster as it was after so many changes of hosts. */
  private record Called(long changes, Roster roster) {}

  /** What people have said of the cluster, if they have. */
  public Optional<Seen<ClusterRecord>> record() {
    return Optional.ofNullable(defined.get());
  }

  /** What people have said of the cluster, and what holds where they have not. */
  public ClusterRecord said() {
    Seen<ClusterRecord> known = defined.get();
    return known == null ? ClusterRecord.PLAIN : known.record();
  }

  /** How much is read from origins here. */
  public OriginReads originReads() {
    return originReads;
  }

  public Optional<Seen<HostRecord>> host(HostId id) {
    return Optional.ofNullable(hosts.get(id)).map(Place::thing);
  }

  /** Where a host stands; empty when it is not known. */
  public Optional<Topology> topology(HostId id) {
    return Optional.ofNullable(hosts.get(id)).map(Place::topology);
  }

  /**
   * All live hosts, gathered anew only when one came, went, or is another than it was. What changes
   * often, such as its load, may be older here than {@link #host} tells.
   */
  public Roster roster() {
    Called last = called;
    long changes = hostChanges.get();
    if (last.changes() != changes) {
      last = new Called(changes, Roster.of(hosts.values().stream().map(Place::thing).toList()));
      called = last;
    }
    return last.roster();
  }

  /** The live seeds, by name. */
  public List<HostRecord> seeds() {
    return List.copyOf(seeds.values());
  }

  /** Some live hosts, near ones first. */
  public List<Seen<HostRecord>> draw(
      Topology from, Reaching reaching, Predicate<HostRecord> wanted, RandomGenerator chance) {
    return everybody.draw(from, reaching, seen -> wanted.test(seen.record()), chance);
  }

  /** Who let whom down lately. */
  public Suspects suspects() {
    return suspects;
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
    Optional<Place<Seen<HostRecord>>> before = Optional.ofNullable(hosts.get(id));
    Place<Seen<HostRecord>> now = hosts.compute(id, (same, old) -> later(old, seen));
    if (!before.map(Place::topology).equals(Optional.of(now.topology()))) {
      heldBy(id).forEach(task -> change(task, swarm -> swarm.moveHolder(id, now.topology())));
    }
    if (before.isEmpty() || !isAlike(before.get().thing().record(), seen.record())) {
      hostChanges.incrementAndGet();
    }
  }

  private Place<Seen<HostRecord>> later(Place<Seen<HostRecord>> old, Seen<HostRecord> seen) {
    if (old != null && old.thing().revision() > seen.revision()) {
      return old;
    }
    Place<Seen<HostRecord>> place = old == null ? placed(seen) : placed(seen, old);
    everybody.add(place);
    if (old != null) {
      everybody.remove(old);
    }
    // Replaced, and never gone between: who sees no seed lets another host read the origin.
    seeds.compute(
        seen.record().host().text(), (name, known) -> seen.record().seed() ? seen.record() : null);
    return place;
  }

  private static Place<Seen<HostRecord>> placed(Seen<HostRecord> seen) {
    return new Place<>(seen, seen.record().topology());
  }

  /** With the names and the topology that its holdings refer to, while they are what they were. */
  private static Place<Seen<HostRecord>> placed(
      Seen<HostRecord> seen, Place<Seen<HostRecord>> old) {
    HostRecord like = seen.record().like(old.thing().record());
    Topology topology = like.topology();
    return new Place<>(
        new Seen<>(like, seen.revision(), seen.lease()),
        topology.equals(old.topology()) ? old.topology() : topology);
  }

  /** Whether only that changed which changes often. */
  private static boolean isAlike(HostRecord one, HostRecord other) {
    return one.address().equals(other.address())
        && one.seed() == other.seed()
        && one.topology().equals(other.topology())
        && one.version().equals(other.version());
  }

  void remove(HostId id, long revision) {
    hosts.computeIfPresent(
        id,
        (same, place) -> {
          if (place.thing().revision() > revision) {
            return place;
          }
          everybody.remove(place);
          seeds.remove(id.text());
          return null;
        });
    hostChanges.incrementAndGet();
  }

  void putHolder(TaskId task, Seen<HolderRecord> seen) {
    Seen<HolderRecord> slim = slim(seen);
    HolderRecord holder = slim.record();
    change(
        task,
        swarm -> {
          remember(holder.host(), swarm.id());
          swarm.putHolder(
              slim, topology(holder.host()).orElseGet(() -> Topology.UNKNOWN.at(holder.address())));
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

  void putSlot(TaskId task, Slot slot) {
    changeSlot(task, slot.number(), swarm -> swarm.putSlot(slot));
  }

  void removeSlot(TaskId task, int number, long revision) {
    changeSlot(task, number, swarm -> swarm.removeSlot(number, revision));
  }

  private void changeSlot(TaskId task, int number, Consumer<Swarm> change) {
    change(
        task,
        swarm -> {
          Optional<Slot> before = swarm.slot(number);
          change.accept(swarm);
          Optional<Slot> after = swarm.slot(number);
          originReads.changed(before, after);
          Stream.of(before, after)
              .flatMap(Optional::stream)
              .map(slot -> slot.seen().record().host())
              .forEach(host -> originReads.note(host, swarm.id(), swarm.slotOf(host).isPresent()));
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
              if (old == null || swarm.isEmpty()) {
                presence.tell(task, !swarm.isEmpty());
              }
              return swarm.isEmpty() ? null : swarm;
            });
    if (left != null && left.isUnwanted()) {
      unwanted.accept(task);
    }
  }
}
