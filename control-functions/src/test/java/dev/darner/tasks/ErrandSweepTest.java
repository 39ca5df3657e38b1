package dev.darner.tasks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.schema.ErrandRecord;
import dev.darner.schema.ErrandRecord.Kind;
import dev.darner.schema.ErrandResultRecord;
import dev.darner.schema.Json;
import dev.darner.schema.Key;
import dev.darner.state.World;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What was long over goes, with all that hosts said of it. */
class ErrandSweepTest {
  private final World world = World.started();
  private final ErrandSweep sweep = new ErrandSweep(world.view, world.reach, world.clock);

  @AfterEach
  void stop() {
    world.close();
  }

  private void begun(String id, Kind kind) throws Exception {
    ErrandRecord record =
        new ErrandRecord(
            id,
            kind,
            kind == Kind.DELETE ? World.task(1) : null,
            kind == Kind.RESOLVE ? "docker.io/library/alpine:3" : "",
            List.of(),
            List.of("c/n1"),
            world.clock.instant(),
            60);
    world.put(new Key.Errand(id), Json.write(record), 0);
    world.put(
        new Key.ErrandResult(id, World.CLUSTER, World.id(1)),
        Json.write(
            new ErrandResultRecord(
                World.CLUSTER, World.id(1), true, "", List.of(), world.clock.instant())),
        0);
  }

  private List<String> keys() {
    sweep.sweep();
    return world.keys().stream().filter(key -> key.startsWith(Key.ERRANDS)).toList();
  }

  @Test
  void aDeletionIsKeptForADayAndWhatAnImageIsForTenMinutes() throws Exception {
    begun("delete-1", Kind.DELETE);
    begun("resolve-1", Kind.RESOLVE);
    assertEquals(4, keys().size());
    world.pass(Duration.ofMinutes(11));
    assertEquals(List.of(Key.ERRANDS + "delete-1", Key.ERRANDS + "delete-1/hosts/c/n1"), keys());
    world.pass(Duration.ofHours(24));
    assertEquals(List.of(), keys());
    assertTrue(world.view.errands().remains().isEmpty());
  }

  @Test
  void whatIsLeftOfOneGoesToo() throws Exception {
    begun("delete-1", Kind.DELETE);
    world.delete(new Key.Errand("delete-1"));
    assertEquals(List.of(), keys());
  }
}
