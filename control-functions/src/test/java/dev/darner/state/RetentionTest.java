package dev.darner.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.schema.HolderRecord;
import dev.darner.schema.Json;
import dev.darner.schema.Key;
import dev.darner.schema.TaskRecord;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RetentionTest {
  private static final Duration EVERY = Duration.ofSeconds(10);

  private final World world = new World();
  private final Retention retention = new Retention(world.view, world.reach);

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void aTaskGoesAfterTwoSweepsThatFoundItUnwanted() throws Exception {
    world.start();
    putTasks(1);
    retention.start(world.scheduler, EVERY);
    world.scheduler.pass(EVERY);
    assertEquals(1, world.keys().size());
    world.scheduler.pass(EVERY);
    assertEquals(List.of(), world.keys());
  }

  @Test
  void theTasksOfADeadHostGo() throws Exception {
    world.start();
    long lease = world.memory.grantLease(World.LEASE);
    putTasks(250);
    for (int i = 0; i < 250; i++) {
      hold(i, lease);
    }
    sweep();
    assertEquals(500, world.keys().size());
    world.pass(World.LEASE);
    sweep();
    assertEquals(List.of(), world.keys());
  }

  @Test
  void theTasksThatWereLeftWhileNoReplicaRanGo() throws Exception {
    putTasks(3);
    world.start();
    sweep();
    assertEquals(List.of(), world.keys());
  }

  @Test
  void aTaskThatIsHeldAgainStays() throws Exception {
    world.start();
    putTasks(2);
    retention.sweep();
    hold(1, world.memory.grantLease(World.LEASE));
    retention.sweep();
    retention.sweep();
    assertEquals(
        List.of(holderKey(1).text(), new Key.Task(World.CLUSTER, World.task(1)).text()),
        world.keys());
  }

  @Test
  void twoReplicasSweepSideBySide() throws Exception {
    world.start();
    World other = world.replica().start();
    Retention second = new Retention(other.view, other.reach);
    putTasks(150);
    retention.sweep();
    second.sweep();
    retention.sweep();
    second.sweep();
    assertEquals(List.of(), world.keys());
    assertTrue(other.view.following());
    other.close();
  }

  @Test
  void nothingGoesByAnOldView() throws Exception {
    world.start();
    putTasks(1);
    retention.sweep();
    world.store.loseWatches();
    retention.sweep();
    retention.sweep();
    assertEquals(1, world.keys().size());
    world.scheduler.pass(Duration.ofSeconds(1));
    sweep();
    assertEquals(List.of(), world.keys());
  }

  private void sweep() {
    retention.sweep();
    retention.sweep();
  }

  private void putTasks(int count) throws Exception {
    List<TaskRecord> records =
        IntStream.range(0, count)
            .mapToObj(i -> new TaskRecord(World.task(i), "", 1, world.clock.instant()))
            .toList();
    TaskRecords.add(world.memory, World.CLUSTER, records);
    assertEquals(count, world.memory.snapshot(Key.tasks(World.CLUSTER)).entries().size());
  }

  private void hold(int task, long lease) throws Exception {
    var host = World.host(1, false);
    String value =
        Json.write(
            new HolderRecord(host.id(), host.address(), false, true, 10, world.clock.instant()));
    world.put(holderKey(task), value, lease);
  }

  private static Key.Holder holderKey(int task) {
    return new Key.Holder(World.CLUSTER, World.task(task), World.id(1));
  }
}
