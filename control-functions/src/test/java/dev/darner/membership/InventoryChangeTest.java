package dev.darner.membership;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.membership.Announcement.Holding;
import dev.darner.membership.InventoryChange.Known;
import dev.darner.model.Host;
import dev.darner.model.TaskId;
import dev.darner.schema.HolderRecord;
import dev.darner.schema.HostRecord;
import dev.darner.state.World;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class InventoryChangeTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final Host HOST = World.host(1, false);

  @Provide
  Arbitrary<Map<Integer, Integer>> inventories() {
    return Arbitraries.maps(
        Arbitraries.integers().between(0, 9), Arbitraries.integers().between(0, 11));
  }

  /** Whatever stood and whatever is told: afterwards what is told stands, and nothing else. */
  @Property
  void theWholeReplacesWhatStood(
      @ForAll("inventories") Map<Integer, Integer> before,
      @ForAll("inventories") Map<Integer, Integer> told) {
    Map<TaskId, HolderRecord> standing = records(before);
    InventoryChange change =
        InventoryChange.of(announced(7, 0, holdings(told), Set.of()), known(standing, 3), NOW)
            .orElseThrow();
    assertEquals(amounts(records(told)), amounts(after(standing, change)));
    assertEquals(7, change.host().orElseThrow().generation());
  }

  @Property
  void aChangeOverwritesAndDropsAndKeepsTheRest(
      @ForAll("inventories") Map<Integer, Integer> before,
      @ForAll("inventories") Map<Integer, Integer> told,
      @ForAll("inventories") Map<Integer, Integer> dropped) {
    Set<TaskId> gone = dropped.keySet().stream().map(World::task).collect(Collectors.toSet());
    Map<TaskId, HolderRecord> standing = records(before);
    Map<TaskId, HolderRecord> expected = new HashMap<>(standing);
    expected.keySet().removeAll(gone);
    told.keySet().forEach(task -> expected.remove(World.task(task)));
    expected.putAll(records(told));
    InventoryChange change =
        InventoryChange.of(announced(8, 7, holdings(told), gone), known(standing, 7), NOW)
            .orElseThrow();
    assertEquals(amounts(expected), amounts(after(standing, change)));
  }

  @Property
  void whatStandsIsNotWrittenAgain(@ForAll("inventories") Map<Integer, Integer> told) {
    Map<TaskId, HolderRecord> standing = records(told);
    InventoryChange change =
        InventoryChange.of(announced(7, 0, holdings(told), Set.of()), known(standing, 7), NOW)
            .orElseThrow();
    assertTrue(change.isEmpty(), change::toString);
  }

  @Test
  void nothingNewIsNothingToWrite() {
    assertTrue(change(7, 7, 7).orElseThrow().isEmpty());
  }

  @Test
  void aRepeatedChangeIsNotMadeTwice() {
    Announcement again =
        announced(8, 7, List.of(new Holding(World.task(1), 5, true, 10)), Set.of());
    InventoryChange change = InventoryChange.of(again, known(Map.of(), 8), NOW).orElseThrow();
    assertTrue(change.isEmpty(), change::toString);
  }

  @Test
  void aChangeOfAnUnknownStateIsRefused() {
    assertEquals(Optional.empty(), change(9, 8, 7));
    assertEquals(Optional.empty(), change(9, 8, 0));
    assertEquals(Optional.empty(), change(3, 2, 7));
  }

  @Test
  void aNewVersionOrRoleIsWrittenThoughTheInventoryIsTheSame() {
    Announcement seed = new Announcement(World.host(1, true), "2.0", 0, 7, 7, List.of(), List.of());
    HostRecord record =
        InventoryChange.of(seed, known(Map.of(), 7), NOW).orElseThrow().host().orElseThrow();
    assertEquals("2.0", record.version());
    assertTrue(record.seed());
    assertEquals(99, record.lease());
  }

  private static Optional<InventoryChange> change(long generation, long base, long known) {
    return InventoryChange.of(
        announced(generation, base, List.of(), Set.of()), known(Map.of(), known), NOW);
  }

  private static Announcement announced(
      long generation, long base, List<Holding> held, Set<TaskId> dropped) {
    return new Announcement(HOST, "1", 0, generation, base, held, List.copyOf(dropped));
  }

  private static Known known(Map<TaskId, HolderRecord> standing, long generation) {
    return new Known(
        new HostRecord(
            HOST.id(),
            HOST.cluster(),
            HOST.address(),
            false,
            "",
            "",
            Map.of(),
            "1",
            99,
            0,
            generation,
            NOW),
        standing.keySet(),
        task -> Optional.ofNullable(standing.get(task)));
  }

  private static List<Holding> holdings(Map<Integer, Integer> inventory) {
    return inventory.entrySet().stream()
        .map(e -> new Holding(World.task(e.getKey()), 5, e.getValue() > 10, band(e.getValue())))
        .toList();
  }

  /** Band 11 stands for a whole copy; one without a byte is none. */
  private static Map<TaskId, HolderRecord> records(Map<Integer, Integer> inventory) {
    return inventory.entrySet().stream()
        .filter(entry -> entry.getValue() > 0)
        .collect(
            Collectors.toMap(
                entry -> World.task(entry.getKey()), entry -> record(entry.getValue())));
  }

  private static HolderRecord record(int amount) {
    return new HolderRecord(
        HOST.id(), HOST.address(), false, amount > 10, band(amount), Instant.EPOCH);
  }

  private static int band(int amount) {
    return Math.min(amount, 10);
  }

  private static Map<TaskId, HolderRecord> after(
      Map<TaskId, HolderRecord> standing, InventoryChange change) {
    Map<TaskId, HolderRecord> after = new HashMap<>(standing);
    change.dropped().forEach(after::remove);
    after.putAll(change.held());
    return after;
  }

  private static Map<TaskId, Integer> amounts(Map<TaskId, HolderRecord> records) {
    return records.entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey, e -> e.getValue().band() + (e.getValue().sealed() ? 1 : 0)));
  }
}
