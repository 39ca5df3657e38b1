package dev.darner.state;

import dev.darner.model.HostId;
import dev.darner.model.TaskId;
import dev.darner.model.Topology;
import dev.darner.schema.HolderRecord;
import dev.darner.schema.TaskRecord;
import dev.darner.state.Crowd.Place;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * The hosts of one task. It changes while it is read: each record is as of some moment, in no order
 * among them. Any thread may read; {@link Cluster} alone changes it, one thread at a time.
 */
public final class Swarm {
  /** Enough that the good ones among them are several, few enough to weigh for each answer. */
  private static final Reaching DRAWN = new Reaching(8, 4, 4);

  private final TaskId id;
  private final Map<HostId, Place<Seen<HolderRecord>>> holders = new ConcurrentHashMap<>();
  private final Crowd<Seen<HolderRecord>> whole = new Crowd<>();
  private final Crowd<Seen<HolderRecord>> parts = new Crowd<>();
  private final Map<Integer, Slot> slots = new ConcurrentSkipListMap<>();
  private volatile Seen<TaskRecord> task;

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
    return holders.values().stream().map(Place::thing).toList();
  }

  /** How many hosts have some or all of the task. */
  public int holderCount() {
    return holders.size();
  }

  public Optional<Seen<HolderRecord>> holder(HostId host) {
    return Optional.ofNullable(holders.get(host)).map(Place::thing);
  }

  /**
   * Some hosts that can give something, near ones before others: those who have the whole, then
   * those who have a part. A few of each however many there are; all when there are only a few.
   *
   * @param from where the asker stands
   * @param wanted of whom to draw
   */
  public List<Seen<HolderRecord>> draw(
      Topology from, Predicate<HolderRecord> wanted, RandomGenerator chance) {
    Predicate<Seen<HolderRecord>> fits = seen -> wanted.test(seen.record());
    List<Seen<HolderRecord>> drawn = new ArrayList<>(whole.draw(from, DRAWN, fits, chance));
    drawn.addAll(parts.draw(from, DRAWN, fits, chance));
    return drawn;
  }

  /** Whether somebody has the whole. */
  public boolean isWholeSomewhere() {
    return !whole.isEmpty();
  }

  /** Who reads the origin, by slot. */
  public Collection<Slot> slots() {
    return Collections.unmodifiableCollection(slots.values());
  }

  /** Who has one of the slots. */
  public Optional<Slot> slot(int number) {
    return Optional.ofNullable(slots.get(number));
  }

  /** The slot that a host has. */
  public Optional<Slot> slotOf(HostId host) {
    return slots.values().stream()
        .filter(slot -> slot.seen().record().host().equals(host))
        .findFirst();
  }

  boolean isEmpty() {
    return task == null && isUnwanted();
  }

  /** Nobody has the task, and nobody reads it. */
  boolean isUnwanted() {
    return slots.isEmpty() && holders.isEmpty();
  }

  void put(Seen<TaskRecord> seen) {
    task = task == null ? seen : Seen.later(task, seen);
  }

  void putSlot(Slot slot) {
    slots.merge(slot.number(), slot, Slot::later);
  }

  /**
   * @param topology where its host stands
   */
  void putHolder(Seen<HolderRecord> seen, Topology topology) {
    Place<Seen<HolderRecord>> before = holders.get(seen.record().host());
    if (before == null || before.thing().revision() <= seen.revision()) {
      replace(before, new Place<>(seen, topology));
    }
  }

  /** A holder's host stands elsewhere than was thought. */
  void moveHolder(HostId host, Topology topology) {
    Place<Seen<HolderRecord>> before = holders.get(host);
    if (before != null && !before.topology().equals(topology)) {
      replace(before, new Place<>(before.thing(), topology));
    }
  }

  private void replace(Place<Seen<HolderRecord>> before, Place<Seen<HolderRecord>> after) {
    holders.put(after.thing().record().host(), after);
    crowd(after).ifPresent(crowd -> crowd.add(after));
    takeOut(before);
  }

  private void takeOut(Place<Seen<HolderRecord>> gone) {
    if (gone != null) {
      crowd(gone).ifPresent(crowd -> crowd.remove(gone));
    }
  }

  /** Where a holder is drawn from; nowhere when it could not give a byte. */
  private Optional<Crowd<Seen<HolderRecord>>> crowd(Place<Seen<HolderRecord>> place) {
    HolderRecord holder = place.thing().record();
    if (holder.sealed()) {
      return Optional.of(whole);
    }
    return holder.band() > 0 ? Optional.of(parts) : Optional.empty();
  }

  void removeTask(long revision) {
    task = Seen.after(task, revision);
  }

  void removeSlot(int number, long revision) {
    slots.computeIfPresent(number, (same, slot) -> slot.seen().revision() > revision ? slot : null);
  }

  void removeHolder(HostId host, long revision) {
    Place<Seen<HolderRecord>> place = holders.get(host);
    if (place != null && place.thing().revision() <= revision) {
      holders.remove(host);
      takeOut(place);
    }
  }
}
