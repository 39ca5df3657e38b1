package dev.darner.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.Host;
import dev.darner.schema.ClusterRecord;
import dev.darner.schema.Json;
import dev.darner.schema.Key;
import dev.darner.schema.OriginBudgetRecord;
import dev.darner.schema.StateException;
import dev.darner.state.Seen;
import dev.darner.state.Slot;
import dev.darner.state.World;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A cluster that may read so many origins at once, and no more. */
class OriginBudgetTest {
  private final World world = World.started();
  private final Placement placement = placement(world);

  private static Placement placement(World world) {
    return new Placement(world.view, world.reach, world.registration, world.clock, new Random(3));
  }

  @BeforeEach
  void limit() throws Exception {
    limit(2);
  }

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void asManyTasksAreReadAsThereArePlacesAndTheOthersWait() throws Exception {
    assertEquals(Role.READ_ORIGIN, join(1, 1).role());
    assertEquals(Role.READ_ORIGIN, join(2, 2).role());
    Assignment third = join(3, 3);
    assertEquals(Role.WAIT, third.role());
    assertEquals(Queues.SOON, third.again());
    assertEquals(List.of(), third.parents());
    assertEquals(2, reads());
    assertEquals(
        Set.of(World.task(1), World.task(2)),
        Set.of(place(1).record().task(), place(2).record().task()));
    assertEquals(Role.FROM_PARENTS, join(4, 1).role(), "who takes from a reader needs no place");
    assertEquals(Role.READ_ORIGIN, join(1, 1).role(), "and who has one keeps it");
  }

  @Test
  void thePlaceGoesWithTheSlotHoweverThatGoes() throws Exception {
    join(1, 1);
    placement.finish(World.introduced(host(1)), World.task(1), 5);
    assertEquals(0, world.cluster().originReads().taken());
    join(2, 2);
    placement.withdraw(World.CLUSTER, World.id(2), World.task(2));
    assertEquals(0, world.cluster().originReads().taken());
    join(3, 3);
    world.pass(World.LEASE);
    assertEquals(0, world.cluster().originReads().taken());
    assertEquals(0, reads());
  }

  @Test
  void whoTakesTheSlotOfAReaderTakesItsPlace() throws Exception {
    join(1, 1);
    join(2, 2);
    Wish blaming =
        new Wish(World.introduced(host(3)), World.task(1), 7, "", Set.of(World.id(1)), Set.of());
    assertEquals(Role.READ_ORIGIN, placement.join(blaming).role());
    assertEquals(2, world.cluster().originReads().taken());
    Slot slot = world.cluster().swarm(World.task(1)).slot(0).orElseThrow();
    assertEquals(World.id(3), slot.seen().record().host());
    assertEquals(World.id(3), place(slot.seen().record().place()).record().host());
  }

  @Test
  void aReaderThatStalledLosesItsPlaceToAnotherTask() throws Exception {
    join(1, 1);
    join(2, 2);
    assertEquals(Role.WAIT, join(3, 3).role());
    world.clock.pass(World.LEASE.multipliedBy(3).plusMillis(1));
    assertEquals(Role.READ_ORIGIN, join(3, 3).role());
    assertEquals(Role.READ_ORIGIN, join(4, 4).role());
    assertEquals(Role.WAIT, join(5, 5).role());
    assertTrue(world.cluster().swarm(World.task(1)).slots().isEmpty());
    assertTrue(world.cluster().swarm(World.task(2)).slots().isEmpty());
    assertEquals(2, world.cluster().originReads().taken());
  }

  /** What a crash, or a hand, may leave: nobody's place is not lost for ever. */
  @Test
  void aPlaceWithoutASlotIsTaken() throws Exception {
    long lease = world.registration.ensure(world.memory, World.introduced(host(9))).lease();
    for (int number : List.of(1, 2)) {
      world.put(
          new Key.OriginBudget(World.CLUSTER, number),
          Json.write(new OriginBudgetRecord(World.id(9), World.task(9), 0, world.clock.instant())),
          lease);
    }
    assertEquals(Role.READ_ORIGIN, join(1, 1).role());
    assertEquals(Role.READ_ORIGIN, join(2, 2).role());
    assertEquals(Role.WAIT, join(3, 3).role());
  }

  @Test
  void twoReplicasGiveAPlaceOnce() throws Exception {
    limit(1);
    World other = world.replica().start();
    AtomicBoolean overtaken = new AtomicBoolean();
    world.store.beforeCommit(() -> {
      if (!overtaken.getAndSet(true)) {
        assertEquals(Role.READ_ORIGIN, joinAt(placement(other), 2, 2).role());
      }
    });
    world.registration.ensure(world.memory, World.introduced(host(1)));
    assertEquals(Role.WAIT, join(1, 1).role());
    assertEquals(1, reads());
    assertEquals(World.task(2), place(1).record().task());
    other.close();
  }

  @Test
  void whoCameFirstReadsFirstHoweverOftenTheOthersAsk() throws Exception {
    join(1, 1);
    join(2, 2);
    for (int task = 3; task <= 8; task++) {
      assertEquals(Role.WAIT, join(task, task).role());
    }
    for (int next = 3; next <= 8; next++) {
      placement.finish(World.introduced(host(next - 2)), World.task(next - 2), 5);
      for (int later = 8; later > next; later--) {
        assertEquals(Role.WAIT, join(later, later).role(), "before task " + next);
      }
      assertEquals(Role.READ_ORIGIN, join(next, next).role());
    }
  }

  @Test
  void ofManyHostsThatWaitForOneTaskOneTries() throws Exception {
    join(1, 1);
    join(2, 2);
    assertEquals(Queues.SOON, join(3, 3).again());
    assertEquals(Queues.LATER, join(4, 3).again());
    world.clock.pass(Queues.FORGOTTEN.plusMillis(1));
    assertEquals(Queues.SOON, join(4, 3).again(), "in the place of one that is gone");
    assertEquals(Queues.LATER, join(3, 3).again());
  }

  @Test
  void whoIsGoneKeepsNobodyWaitingForLong() throws Exception {
    join(1, 1);
    join(2, 2);
    join(3, 3);
    join(4, 4);
    placement.finish(World.introduced(host(1)), World.task(1), 5);
    assertEquals(Role.WAIT, join(4, 4).role(), "another came first");
    world.clock.pass(Queues.FORGOTTEN.minusMillis(1));
    assertEquals(Role.WAIT, join(4, 4).role());
    world.clock.pass(Duration.ofMillis(2));
    assertEquals(Role.READ_ORIGIN, join(4, 4).role());
  }

  @Test
  void fewerPlacesThanReadersLetThoseEnd() throws Exception {
    join(1, 1);
    join(2, 2);
    limit(1);
    assertEquals(Role.READ_ORIGIN, join(1, 1).role());
    assertEquals(Role.READ_ORIGIN, join(2, 2).role());
    assertEquals(Role.WAIT, join(3, 3).role());
    int freed = place(1).record().task().equals(World.task(1)) ? 1 : 2;
    placement.finish(World.introduced(host(freed)), World.task(freed), 5);
    assertEquals(Role.WAIT, join(3, 3).role(), "the one above the limit still reads");
    placement.finish(World.introduced(host(3 - freed)), World.task(3 - freed), 5);
    assertEquals(Role.READ_ORIGIN, join(3, 3).role());
  }

  @Test
  void whoIsAboveTheLimitAndLostKeepsNobodyWaiting() throws Exception {
    join(1, 1);
    join(2, 2);
    limit(1);
    world.clock.pass(World.LEASE.multipliedBy(3).plusMillis(1));
    assertEquals(Role.READ_ORIGIN, join(3, 3).role());
    assertEquals(Role.WAIT, join(4, 4).role());
  }

  /** A store that answers who reads, and nobody who writes, is not seen to be out of reach. */
  @Test
  @Timeout(60)
  void nobodyWaitsForeverForAStoreThatTakesNoWrites() throws Exception {
    try (World slow = World.waiting(Duration.ofMillis(50))) {
      limit(slow, 2);
      Placement waiting = placement(slow);
      slow.store.mute(true);
      assertEquals(Role.WAIT, joinAt(waiting, 1, 1).role());
      slow.clock.pass(Silence.BORNE.minusMillis(1));
      assertEquals(Role.WAIT, joinAt(waiting, 2, 2).role());
      slow.clock.pass(Duration.ofMillis(1));
      for (int task = 1; task <= 5; task++) {
        assertEquals(Role.USE_HOME_SEEDS, joinAt(waiting, task, task).role());
      }
      assertFalse(slow.reach.degraded());
      slow.store.mute(false);
      Assignment answer = joinAt(waiting, 6, 6);
      while (answer.role() != Role.READ_ORIGIN) {
        answer = joinAt(waiting, 6, 6);
      }
      slow.store.mute(true);
      assertEquals(Role.WAIT, joinAt(waiting, 7, 7).role(), "that begins anew");
    }
  }

  @Test
  void whoBeganWithoutABudgetNeedsAPlaceOnceThereIsOne() throws Exception {
    limit(0);
    for (int task = 1; task <= 3; task++) {
      assertEquals(Role.READ_ORIGIN, join(task, task).role());
    }
    limit(2);
    assertEquals(Role.READ_ORIGIN, join(1, 1).role());
    assertEquals(Role.READ_ORIGIN, join(2, 2).role());
    assertEquals(Role.WAIT, join(3, 3).role());
    limit(0);
    assertEquals(Role.READ_ORIGIN, join(3, 3).role());
  }

  @Test
  void whoeverIsDegradedSendsNobodyIntoAQueue() throws Exception {
    join(1, 1);
    join(2, 2);
    world.store.unreachable(true);
    world.store.loseWatches();
    Assignment without = join(3, 3);
    assertEquals(Role.USE_HOME_SEEDS, without.role());
    assertTrue(without.degraded());
  }

  @Test
  void aFullStoreFreesNoPlaceSoNobodyWaitsForOne() throws Exception {
    join(1, 1);
    join(2, 2);
    world.store.full(true);
    assertThrows(
        StateException.Full.class,
        () -> placement.finish(World.introduced(World.host(1, false)), World.task(1), 1));
    assertEquals(
        new Assignment(Role.USE_HOME_SEEDS, List.of(), true),
        join(3, 3),
        "nor is it told to wait at first");
    world.clock.pass(World.LEASE.multipliedBy(4));
    Assignment reading = join(2, 2);
    assertEquals(Role.READ_ORIGIN, reading.role(), "who reads goes on, though it cannot be told");
    assertFalse(reading.degraded());
    assertEquals(Role.FROM_PARENTS, join(4, 2).role(), "and is not taken for one that stalls");
  }

  @Test
  void neverMoreReadThanMayWhateverHappens() throws Exception {
    limit(3);
    Random random = new Random(11);
    Set<Integer> served = new HashSet<>();
    for (int step = 0; step < 3_000; step++) {
      int task = random.nextInt(12);
      Assignment answer = join(task, task);
      assertTrue(reads() <= 3, "readers: " + reads());
      if (answer.role() == Role.READ_ORIGIN && random.nextInt(3) == 0) {
        served.add(task);
        placement.withdraw(World.CLUSTER, World.id(task), World.task(task));
      }
      if (step % 100 == 0) {
        world.clock.pass(Duration.ofMillis(random.nextInt(6_000)));
      }
    }
    assertEquals(12, served.size(), "everybody had its turn");
  }

  /** The head of the queue tries in vain: those behind it learn of that. */
  @Test
  void nobodyWaitsForeverBehindOneWhoseElectionsFail() throws Exception {
    try (World slow = World.waiting(Duration.ofMillis(50))) {
      limit(slow, 1);
      Placement waiting = placement(slow);
      slow.put(
          new Key.OriginBudget(World.CLUSTER, 1),
          Json.write(new OriginBudgetRecord(World.id(9), World.task(9), 0, slow.clock.instant())),
          0);
      slow.store.mute(true);
      assertEquals(Role.WAIT, joinAt(waiting, 1, 1).role());
      assertEquals(Role.WAIT, joinAt(waiting, 2, 2).role());
      slow.clock.pass(Silence.BORNE);
      assertEquals(Role.USE_HOME_SEEDS, joinAt(waiting, 2, 2).role());
    }
  }

  private long reads() {
    return IntStream.range(0, 20)
        .filter(task -> !world.cluster().swarm(World.task(task)).slots().isEmpty())
        .count();
  }

  private void limit(int concurrency) throws Exception {
    limit(world, concurrency);
  }

  private static void limit(World world, int concurrency) throws Exception {
    ClusterRecord plain = ClusterRecord.PLAIN;
    ClusterRecord said =
        new ClusterRecord(
            false,
            plain.scopes(),
            plain.settings(),
            plain.crossCluster(),
            List.of(),
            1,
            concurrency,
            0);
    world.put(new Key.Cluster(World.CLUSTER), Json.write(said), 0);
  }

  private Seen<OriginBudgetRecord> place(int number) {
    Optional<Seen<OriginBudgetRecord>> place = world.cluster().originReads().place(number);
    return place.orElseThrow();
  }

  private static Host host(int number) {
    return World.host(number, false);
  }

  private Assignment join(int host, int task) throws Exception {
    return joinAt(placement, host, task);
  }

  private static Assignment joinAt(Placement at, int host, int task) {
    try {
      return at.join(
          new Wish(World.introduced(host(host)), World.task(task), 7, "", Set.of(), Set.of()));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
