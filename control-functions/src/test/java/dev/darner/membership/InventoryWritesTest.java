package dev.darner.membership;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.Host;
import dev.darner.model.TaskId;
import dev.darner.schema.HolderRecord;
import dev.darner.schema.HostRecord;
import dev.darner.schema.Key;
import dev.darner.schema.Transaction;
import dev.darner.state.Seen;
import dev.darner.state.World;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class InventoryWritesTest {
  /** Where etcd draws the line unless told otherwise. */
  private static final int ETCD_LIMIT = 128;

  private static final Host HOST = World.host(1, false);
  private static final HostRecord RECORD =
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
          7,
          Instant.EPOCH);
  private static final Seen<HostRecord> REGISTERED = new Seen<>(RECORD, 42, 99);
  private static final String HOST_KEY = new Key.Host(HOST.cluster(), HOST.id()).text();

  @Property(tries = 50)
  void everythingIsWrittenOnceWithinEtcdsLimitAndTheHostLast(
      @ForAll @IntRange(max = 350) int held, @ForAll @IntRange(max = 350) int dropped) {
    InventoryChange change =
        new InventoryChange(Optional.of(RECORD), records(held), tasks(held, held + dropped));
    List<Transaction> writes = InventoryWrites.of(change, REGISTERED);
    Set<String> written = new HashSet<>();
    for (Transaction write : writes) {
      assertTrue(write.puts().size() + write.deletes().size() + write.reads().size() < ETCD_LIMIT);
      assertEquals(List.of(new Transaction.Condition(HOST_KEY, 42)), write.conditions());
      write.puts().forEach(put -> assertTrue(written.add(put.key()) && put.lease() == 99));
      write.deletes().forEach(key -> assertTrue(written.add(key)));
    }
    assertEquals(held + dropped + 1, written.size());
    assertEquals(HOST_KEY, writes.getLast().puts().getLast().key());
  }

  @Test
  void nothingIsWrittenForNothing() {
    InventoryChange nothing = new InventoryChange(Optional.empty(), Map.of(), List.of());
    assertEquals(List.of(), InventoryWrites.of(nothing, REGISTERED));
  }

  private static Map<TaskId, HolderRecord> records(int count) {
    HolderRecord record =
        new HolderRecord(HOST.id(), HOST.address(), false, true, 10, Instant.EPOCH);
    return tasks(0, count).stream().collect(Collectors.toMap(task -> task, task -> record));
  }

  private static List<TaskId> tasks(int from, int to) {
    return IntStream.range(from, to).mapToObj(World::task).toList();
  }
}
