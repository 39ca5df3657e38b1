package dev.darner.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.HomeSeeds;
import dev.darner.model.Host;
import dev.darner.model.HostAddress;
import dev.darner.model.HostId;
import dev.darner.schema.HolderRecord;
import dev.darner.schema.Json;
import dev.darner.schema.Key;
import dev.darner.schema.OriginSlotRecord;
import dev.darner.schema.StateException;
import dev.darner.schema.TaskRecord;
import dev.darner.state.Seen;
import dev.darner.state.Swarm;
import dev.darner.state.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PlacementTest {
  private final World world = World.started();
  private final Placement placement = placement(world);

  private static Placement placement(World world) {
    return new Placement(world.view, world.reach, world.registration, world.clock, new Random(1));
  }

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void withoutASeedTheFirstWhoAsksReadsAndTheOthersAreSentToIt() throws Exception {
    assertEquals(Role.READ_ORIGIN, join(1).role());
    assertEquals(Role.READ_ORIGIN, join(1).role());
    Assignment second = join(2);
    assertEquals(Role.FROM_PARENTS, second.role());
    assertEquals(List.of(new Parent(World.host(1, false), false, true)), second.parents());
    assertFalse(second.degraded());
    assertEquals(World.id(1), reader());
    TaskRecord task = swarm().task().orElseThrow().record();
    assertEquals("docker.io/library/alpine", task.label());
    assertEquals(7_000_000, task.size());
  }

  @Test
  void aHostThatNeverAnnouncedIsRegisteredWhenItMustRead() throws Exception {
    join(1);
    assertEquals(
        World.host(1, false).address(),
        world.cluster().host(World.id(1)).orElseThrow().record().address());
    join(2);
    assertTrue(world.cluster().host(World.id(2)).isEmpty());
  }

  @Test
  void theHomeSeedIsElectedInItsAbsenceAndReadsWhenItAsks() throws Exception {
    List<Host> homes = registerSeeds(10, 11, 12);
    Assignment asker = join(1);
    assertEquals(Role.FROM_PARENTS, asker.role());
    assertEquals(List.of(new Parent(homes.get(0), false, true)), asker.parents());
    assertEquals(Role.READ_ORIGIN, placement.join(wish(homes.get(0))).role());
    assertEquals(Role.FROM_PARENTS, placement.join(wish(homes.get(1))).role());
    assertEquals(lease(homes.get(0)), swarm().slot(0).orElseThrow().seen().lease());
  }

  @Test
  void aReaderIsAskedToFillUntilItHasTheWhole() throws Exception {
    registerSeeds(10);
    assertTrue(join(1).parents().getFirst().fill());
    assertTrue(join(2).parents().getFirst().fill());
    hold(10, false, 3);
    Parent started = join(3).parents().getFirst();
    assertTrue(started.fill());
    assertFalse(started.sealed());
    hold(10, true, 10);
    Parent whole = join(4).parents().getFirst();
    assertFalse(whole.fill());
    assertTrue(whole.sealed());
  }

  @Test
  void whoHasTheWholeIsAParentAndNobodyReads() throws Exception {
    hold(5, true, 10);
    Assignment asker = join(1);
    assertEquals(List.of(new Parent(World.host(5, false), true, false)), asker.parents());
    assertTrue(swarm().slot(0).isEmpty());
  }

  @Test
  void aSizeThatNobodyKnewAtFirstIsToldByWhoHasTheWhole() throws Exception {
    placement.join(
        new Wish(
            World.introduced(World.host(1, false)),
            World.task(1),
            0,
            "docker.io/library/alpine",
            Set.of(),
            Set.of()));
    assertEquals(0, swarm().task().orElseThrow().record().size());
    finish(1);
    TaskRecord told = swarm().task().orElseThrow().record();
    assertEquals(55, told.size());
    assertEquals("docker.io/library/alpine", told.label());
    placement.finish(World.introduced(World.host(2, false)), World.task(1), 56);
    assertEquals(55, swarm().task().orElseThrow().record().size(), "the first word stands");
  }

  @Test
  void theReaderThatFailedLosesTheSlotToTheNextHome() throws Exception {
    List<Host> homes = registerSeeds(10, 11, 12);
    join(1);
    Assignment again = refresh(1, homes.get(0).id());
    assertEquals(List.of(new Parent(homes.get(1), false, true)), again.parents());
    assertEquals(homes.get(1).id(), reader());
    assertEquals(Role.READ_ORIGIN, refresh(1, homes.get(0).id(), homes.get(1).id()).role());
    assertEquals(World.id(1), reader());
    assertEquals(Role.FROM_PARENTS, placement.join(wish(homes.get(0))).role());
  }

  @Test
  void allWhomOneReaderFailedAgreeOnTheNext() throws Exception {
    join(1);
    assertEquals(Role.READ_ORIGIN, refresh(2, World.id(1)).role());
    assertEquals(Role.FROM_PARENTS, refresh(3, World.id(1)).role());
    assertEquals(World.id(2), reader());
  }

  @Test
  void theSlotOfADeadReaderIsFree() throws Exception {
    join(1);
    world.pass(World.LEASE);
    assertEquals(Role.READ_ORIGIN, join(2).role());
    assertEquals(World.id(2), reader());
  }

  @Test
  void aSeedWhoseLeaseJustEndedIsPassedOver() throws Exception {
    List<Host> homes = registerSeeds(10, 11);
    long ended = lease(homes.get(0));
    world.memory.revoke(ended);
    stale(homes.get(0), ended);
    assertEquals(homes.get(1).id(), join(1).parents().getFirst().host().id());
  }

  @Test
  void anAskerWhoseLeaseJustEndedIsRegisteredAgain() throws Exception {
    join(1);
    finish(1);
    withdraw(1);
    long ended = lease(World.host(1, false));
    world.memory.revoke(ended);
    stale(World.host(1, false), ended);
    assertEquals(Role.READ_ORIGIN, join(1).role());
    assertTrue(world.memory.keepAlive(swarm().slot(0).orElseThrow().seen().lease()));
  }

  @Test
  void whoComesSecondIsAnsweredByWhatStands() throws Exception {
    world.registration.ensure(world.memory, World.introduced(World.host(1, false)));
    assertOvertaken();
  }

  /** The view shows the winner before the slot is tried for: what was decided before counts. */
  @Test
  void whoIsOvertakenWhileItIsRegisteredDoesNotTakeTheSlotFromTheWinner() throws Exception {
    assertOvertaken();
  }

  private void assertOvertaken() throws Exception {
    World other = world.replica().start();
    AtomicBoolean overtaken = new AtomicBoolean();
    world.store.beforeCommit(() -> {
      if (!overtaken.getAndSet(true)) {
        assertEquals(Role.READ_ORIGIN, joinAt(placement(other), 2).role());
      }
    });
    assertEquals(Role.FROM_PARENTS, join(1).role());
    assertEquals(World.id(2), reader());
    other.close();
  }

  /** The view of a replica may lack a task altogether, and with it those who have it whole. */
  @Test
  void aReplicaThatMissedAPullDoesNotLetTheOriginBeReadAgain() throws Exception {
    World late = world.replica();
    late.start();
    late.view.close();
    join(1);
    finish(1);
    assertTrue(late.cluster().swarm(World.task(1)).holders().isEmpty());
    // It still follows, as far as it knows; the store tells it otherwise when it writes.
    Assignment asker = placement(late).join(wish(World.host(2, false)));
    assertEquals(Role.FROM_PARENTS, asker.role());
    assertTrue(asker.parents().getFirst().sealed());
    assertTrue(swarm().slot(0).isEmpty());
    late.close();
  }

  @Test
  void whoFinishesHoldsTheWholeAndGivesTheSlotBack() throws Exception {
    join(1);
    finish(1);
    assertTrue(swarm().slot(0).isEmpty());
    assertTrue(swarm().holder(World.id(1)).orElseThrow().record().sealed());
    assertTrue(swarm().task().isPresent());
    finish(2);
    assertEquals(Set.of(World.id(1), World.id(2)), parents(join(3)));
  }

  @Test
  void whoFinishesDoesNotTakeAnothersSlot() throws Exception {
    join(1);
    finish(2);
    assertEquals(World.id(1), reader());
  }

  @Test
  void aSlotThatTheViewDoesNotShowIsGivenBackToo() throws Exception {
    join(1);
    World blind = world.replica();
    placement(blind).finish(World.introduced(World.host(1, false)), World.task(1), 5);
    assertTrue(swarm().slot(0).isEmpty());
    blind.close();
  }

  @Test
  void aTaskThatWasNeverJoinedGetsARecordWhenItIsFinished() throws Exception {
    finish(4);
    assertEquals(55, swarm().task().orElseThrow().record().size());
  }

  @Test
  void whoWithdrawsIsNoParentAndReadsNoMore() throws Exception {
    join(1);
    hold(1, false, 5);
    withdraw(1);
    assertTrue(swarm().slot(0).isEmpty());
    assertEquals(Role.READ_ORIGIN, join(2).role());
    withdraw(3);
    assertEquals(World.id(2), reader());
  }

  @Test
  void partsWithoutAReaderAreParentsBesideTheOneElected() throws Exception {
    registerSeeds(10);
    hold(5, false, 6);
    assertEquals(Set.of(World.id(5), World.id(10)), parents(join(1)));
    assertEquals(World.id(10), reader());
  }

  @Test
  void aMovedSidecarDoesNotInheritItsSlot() throws Exception {
    join(1);
    Host moved = World.at(1, "10.9.9.9", false);
    assertEquals(Role.READ_ORIGIN, placement.join(wish(moved)).role());
    assertEquals(moved.address(), swarm().slot(0).orElseThrow().seen().record().address());
    assertEquals(moved, join(2).parents().getFirst().host());
  }

  @Test
  void withoutTheStoreWhoIsKnownServesAndNobodyIsElected() throws Exception {
    hold(5, true, 10);
    world.store.unreachable(true);
    world.store.loseWatches();
    Assignment known = join(1);
    assertEquals(Role.FROM_PARENTS, known.role());
    assertTrue(known.degraded());
    Assignment unknown = placement.join(wish(World.host(1, false), 2));
    assertEquals(new Assignment(Role.USE_HOME_SEEDS, List.of(), true), unknown);
    assertThrows(StateException.Unavailable.class, () -> finish(1));
    assertThrows(StateException.Unavailable.class, () -> withdraw(1));
  }

  @Test
  void aFullStoreServesWhoIsKnownAndElectsNobodyUntilItHasSpace() throws Exception {
    world.reach.start(world.scheduler);
    hold(5, true, 10);
    assertEquals(Role.READ_ORIGIN, placement.join(wish(World.host(1, false), 2)).role());
    world.store.full(true);
    assertThrows(StateException.Full.class, () -> finish(1));
    Assignment known = join(1);
    assertEquals(Role.FROM_PARENTS, known.role());
    assertFalse(known.degraded());
    assertEquals(Role.READ_ORIGIN, placement.join(wish(World.host(1, false), 2)).role());
    for (int i = 0; i < 5; i++) {
      assertEquals(
          new Assignment(Role.USE_HOME_SEEDS, List.of(), true),
          placement.join(wish(World.host(1, false), 3)));
    }
    world.store.full(false);
    world.scheduler.pass(Duration.ofSeconds(1));
    assertEquals(Role.READ_ORIGIN, placement.join(wish(World.host(1, false), 3)).role());
  }

  @Test
  void withoutTheStorePartsAreBetterThanNothing() throws Exception {
    hold(5, false, 4);
    world.store.unreachable(true);
    Assignment parts = join(1);
    assertEquals(Role.FROM_PARENTS, parts.role());
    assertTrue(parts.degraded());
  }

  @Test
  void aSilentStoreDoesNotKeepTheAskerWaiting() throws Exception {
    try (World impatient = World.waiting(Duration.ofMillis(50))) {
      impatient.store.silent(true);
      assertEquals(
          new Assignment(Role.USE_HOME_SEEDS, List.of(), true), joinAt(placement(impatient), 1));
    }
  }

  @Test
  void anElectionGoesOnWhenItsAskerDoesNotWait() throws Exception {
    try (World slow = World.waiting(Duration.ofMillis(50))) {
      CountDownLatch answering = new CountDownLatch(1);
      slow.store.beforeCommit(() -> awaitUninterrupted(answering));
      Placement place = placement(slow);
      assertEquals(Role.USE_HOME_SEEDS, joinAt(place, 1).role());
      assertEquals(Role.USE_HOME_SEEDS, joinAt(place, 2).role());
      answering.countDown();
      Assignment second = joinAt(place, 2);
      for (int tries = 0; second.role() == Role.USE_HOME_SEEDS; tries++) {
        assertTrue(tries < 1000, "the first election has no end");
        second = joinAt(place, 2);
      }
      assertEquals(Set.of(World.id(1)), parents(second));
    }
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError("an election was interrupted", e);
    }
  }

  @Test
  void aThousandWhoAskTogetherCostOneElection() throws Exception {
    List<Assignment> all =
        IntStream.range(0, 1000)
            .parallel()
            .mapToObj(host -> joinAt(placement, host))
            .collect(Collectors.toCollection(ArrayList::new));
    assertEquals(1, all.stream().filter(a -> a.role() == Role.READ_ORIGIN).count());
    assertEquals(999, all.stream().filter(a -> a.role() == Role.FROM_PARENTS).count());
    long written =
        world.store.takeWrites().stream()
            .flatMap(write -> write.puts().stream())
            .filter(put -> put.key().contains("/origin-slots/"))
            .count();
    assertEquals(1, written);
  }

  private Assignment join(int host) throws Exception {
    return placement.join(wish(World.host(host, false)));
  }

  private static Assignment joinAt(Placement at, int host) {
    try {
      return at.join(wish(World.host(host, false)));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private Assignment refresh(int host, HostId... failed) throws Exception {
    Wish wish = wish(World.host(host, false));
    return placement.join(
        new Wish(wish.asker(), wish.task(), wish.size(), wish.label(), Set.of(failed), Set.of()));
  }

  private void finish(int host) throws Exception {
    placement.finish(World.introduced(World.host(host, false)), World.task(1), 55);
  }

  private void withdraw(int host) throws Exception {
    placement.withdraw(World.CLUSTER, World.id(host), World.task(1));
  }

  private static Wish wish(Host host) {
    return wish(host, 1);
  }

  private static Wish wish(Host host, int task) {
    return new Wish(
        World.introduced(host),
        World.task(task),
        7_000_000,
        "docker.io/library/alpine",
        Set.of(),
        Set.of());
  }

  private void hold(int number, boolean sealed, int band) throws Exception {
    Host host = World.host(number, false);
    world.put(
        new Key.Holder(World.CLUSTER, World.task(1), host.id()),
        Json.write(
            new HolderRecord(
                host.id(), host.address(), false, sealed, band, world.clock.instant())),
        0);
  }

  /** Registers seeds; returns them as the task ranks them. */
  private List<Host> registerSeeds(int... numbers) throws Exception {
    List<Host> seeds = new ArrayList<>();
    for (int number : numbers) {
      Host seed = World.host(number, true);
      seeds.add(seed);
      world.registration.ensure(world.memory, World.introduced(seed));
    }
    List<HostAddress> ranked =
        HomeSeeds.ranked(World.task(1), seeds.stream().map(Host::address).toList());
    seeds.sort((one, other) -> ranked.indexOf(one.address()) - ranked.indexOf(other.address()));
    return seeds;
  }

  private long lease(Host host) {
    return world.cluster().host(host.id()).orElseThrow().lease();
  }

  /** Makes the view show a host with a lease that has ended. */
  private void stale(Host host, long lease) throws Exception {
    var record = World.record(host, lease, 0, world.clock.instant());
    String key = new Key.Host(host.cluster(), host.id()).text();
    world.delete(new Key.Host(host.cluster(), host.id()));
    world.learnEntry(key, Json.write(record), lease);
  }

  private Swarm swarm() {
    return world.cluster().swarm(World.task(1));
  }

  private HostId reader() {
    Seen<OriginSlotRecord> slot = swarm().slot(0).orElseThrow().seen();
    return slot.record().host();
  }

  private static Set<HostId> parents(Assignment assignment) {
    return assignment.parents().stream()
        .map(parent -> parent.host().id())
        .collect(Collectors.toSet());
  }
}
