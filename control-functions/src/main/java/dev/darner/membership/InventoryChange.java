package dev.darner.membership;

import dev.darner.membership.Announcement.Holding;
import dev.darner.model.Host;
import dev.darner.model.TaskId;
import dev.darner.schema.HolderRecord;
import dev.darner.schema.HostRecord;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What an announcement changes of what is written about a host. Pure.
 *
 * @param host the host's record as it shall be; empty when it stands so
 * @param held holders' records that shall be written, by task
 * @param dropped tasks whose holders' records shall go
 */
record InventoryChange(
    Optional<HostRecord> host, Map<TaskId, HolderRecord> held, List<TaskId> dropped) {

  InventoryChange {
    held = Map.copyOf(held);
    dropped = List.copyOf(dropped);
  }

  /**
   * What is known of the announcing host.
   *
   * @param registered its record
   * @param tasks the tasks that it is known to hold
   * @param holder its record of a task, if there is one
   */
  record Known(
      HostRecord registered, Set<TaskId> tasks, Function<TaskId, Optional<HolderRecord>> holder) {}

  /** Nothing to write. */
  boolean isEmpty() {
    return host.isEmpty() && held.isEmpty() && dropped.isEmpty();
  }

  /**
   * Compares an announcement with what is known.
   *
   * @return empty when it is relative to a state that is not known: the host must tell the whole
   */
  static Optional<InventoryChange> of(Announcement announced, Known known, Instant now) {
    long generation = known.registered().generation();
    if (announced.isWhole()) {
      return Optional.of(change(announced, known, now, noMoreHeld(announced, known)));
    }
    if (announced.baseGeneration() == generation) {
      return Optional.of(change(announced, known, now, Set.copyOf(announced.dropped())));
    }
    if (announced.generation() == generation) {
      // It was written already; the host did not hear of it and repeats itself.
      return Optional.of(new InventoryChange(Optional.empty(), Map.of(), List.of()));
    }
    return Optional.empty();
  }

  private static Set<TaskId> noMoreHeld(Announcement announced, Known known) {
    Set<TaskId> gone = new LinkedHashSet<>(known.tasks());
    gone.removeAll(useful(announced.held()).keySet());
    return gone;
  }

  private static InventoryChange change(
      Announcement announced, Known known, Instant now, Collection<TaskId> dropped) {
    Map<TaskId, Holding> useful = useful(announced.held());
    Set<TaskId> gone = new LinkedHashSet<>(dropped);
    announced.held().stream()
        .filter(holding -> !holding.isUseful())
        .map(Holding::task)
        .filter(known.tasks()::contains)
        .forEach(gone::add);
    gone.removeAll(useful.keySet());
    Map<TaskId, HolderRecord> held = new LinkedHashMap<>();
    useful.forEach((task, holding) -> held.put(task, record(announced.host(), holding, now)));
    held.entrySet()
        .removeIf(entry -> stands(entry.getValue(), known.holder().apply(entry.getKey())));
    return new InventoryChange(host(announced, known.registered()), held, List.copyOf(gone));
  }

  /** The last word about each task counts. */
  private static Map<TaskId, Holding> useful(List<Holding> held) {
    return held.stream()
        .filter(Holding::isUseful)
        .collect(
            Collectors.toMap(
                Holding::task, Function.identity(), (one, other) -> other, LinkedHashMap::new));
  }

  private static HolderRecord record(Host host, Holding holding, Instant now) {
    return new HolderRecord(
        host.id(),
        host.address(),
        host.seed(),
        holding.sealed(),
        holding.sealed() ? HolderRecord.FULL_BAND : holding.band(),
        now);
  }

  private static boolean stands(HolderRecord wanted, Optional<HolderRecord> written) {
    return written
        .filter(w -> w.sealed() == wanted.sealed() && w.band() == wanted.band())
        .filter(w -> w.address().equals(wanted.address()) && w.seed() == wanted.seed())
        .isPresent();
  }

  private static Optional<HostRecord> host(Announcement announced, HostRecord registered) {
    HostRecord wanted =
        new HostRecord(
            registered.host(),
            registered.cluster(),
            announced.host().address(),
            announced.host().seed(),
            announced.host().topology().zone(),
            announced.host().topology().region(),
            announced.host().topology().labels(),
            announced.version(),
            registered.lease(),
            announced.boot(),
            announced.generation(),
            registered.since());
    return Optional.of(wanted).filter(record -> !record.equals(registered));
  }
}
