package dev.darner.state;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.darner.schema.Entry;
import dev.darner.schema.Json;
import dev.darner.schema.Key;
import dev.darner.schema.TaskRecord;
import dev.darner.schema.Transaction;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TaskRecordsTest {
  private final World world = World.started();

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void addsWhatIsMissingAndTouchesNothingElse() throws Exception {
    for (int standing : new int[] {0, 99, 100, 249}) {
      world.put(
          new Key.Task(World.CLUSTER, World.task(standing)),
          Json.write(new TaskRecord(World.task(standing), "named", 5, world.clock.instant())),
          0);
    }
    List<TaskRecord> records =
        IntStream.range(0, 250)
            .mapToObj(i -> new TaskRecord(World.task(i), "", 1, world.clock.instant()))
            .toList();
    TaskRecords.add(world.store, World.CLUSTER, records);
    List<String> values =
        world.memory.snapshot(Key.tasks(World.CLUSTER)).entries().stream()
            .map(Entry::value)
            .toList();
    assertEquals(250, values.size());
    assertEquals(4, values.stream().filter(value -> value.contains("named")).count());
    for (Transaction write : world.store.takeWrites()) {
      int operations =
          Math.max(write.conditions().size(), write.puts().size() + write.reads().size());
      assertEquals(true, operations <= Transaction.PART, () -> operations + " operations");
    }
  }

  @Test
  void removesOnlyWhatDidNotChange() throws Exception {
    Key.Task key = new Key.Task(World.CLUSTER, World.task(1));
    Key.Task changed = new Key.Task(World.CLUSTER, World.task(2));
    world.put(key, "{}", 0);
    world.put(changed, "{}", 0);
    List<TaskRecords.Stale> stale =
        world.memory.snapshot(Key.tasks(World.CLUSTER)).entries().stream()
            .map(e -> new TaskRecords.Stale((Key.Task) Key.parse(e.key()).get(), e.revision()))
            .toList();
    world.put(changed, "{}", 0);
    TaskRecords.remove(world.store, stale);
    assertEquals(List.of(changed.text()), world.keys());
  }
}
