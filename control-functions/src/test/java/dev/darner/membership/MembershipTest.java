package dev.darner.membership;

import static dev.darner.membership.Announcements.announcement;
import static dev.darner.membership.Announcements.held;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.membership.Announcement.Holding;
import dev.darner.model.ClusterId;
import dev.darner.model.Host;
import dev.darner.model.HostId;
import dev.darner.model.TaskId;
import dev.darner.model.Topology;
import dev.darner.schema.HolderRecord;
import dev.darner.schema.HostRecord;
import dev.darner.schema.Json;
import dev.darner.schema.Key;
import dev.darner.schema.OriginSlotRecord;
import dev.darner.schema.StateException;
import dev.darner.state.Swarm;
import dev.darner.state.World;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MembershipTest {
  private static final Duration INTERVAL = Duration.ofSeconds(3);

  private final World world = World.started();
  private final Membership membership = membership(world);

  private static Membership membership(World world) {
    return new Membership(world.view, world.reach, world.registration, world.clock, new Random(1));
  }

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void aHostLivesAsLongAsItAnnouncesItself() throws Exception {
    whole(1, 1, held(1));
    for (int i = 0; i < 10; i++) {
      world.pass(INTERVAL);
      assertFalse(change(1, 1, 1).resync());
    }
    assertEquals(Set.of(World.task(1)), world.cluster().heldBy(World.id(1)));
    world.pass(World.LEASE);
    assertEquals(List.of(taskKey(1)), world.keys());
  }

  @Test
  void anAnnounceWithNothingNewWritesNothing() throws Exception {
    whole(1, 1, held(1));
    world.store.takeWrites();
    assertFalse(change(1, 1, 1).resync());
    assertEquals(List.of(), world.store.takeWrites());
  }

  @Test
  void aChangeIsOneTransaction() throws Exception {
    whole(1, 1, held(1), held(2));
    change(1, 2, 1, held(3), held(4));
    world.store.takeWrites();
    Announcement change =
        new Announcement(
            World.introduced(World.host(1, false)),
            0,
            3,
            2,
            List.of(held(1), held(3), part(4, 7)),
            List.of(World.task(2)),
            Announcement.Doing.NOTHING);
    assertFalse(membership.announce(change).resync());
    assertEquals(1, world.store.takeWrites().size());
    assertEquals(
        Set.of(World.task(1), World.task(3), World.task(4)), world.cluster().heldBy(World.id(1)));
    assertEquals(7, holder(4).band());
  }

  @Test
  void aHostWhoseLeaseEndedTellsTheWholeAgain() throws Exception {
    whole(1, 1, held(1));
    world.pass(World.LEASE);
    assertTrue(change(1, 2, 1, held(2)).resync());
    assertEquals(Set.of(), world.cluster().heldBy(World.id(1)));
    assertFalse(whole(1, 2, held(1), held(2)).resync());
    assertEquals(2, world.cluster().heldBy(World.id(1)).size());
  }

  @Test
  void aHostThatEtcdForgotTellsTheWholeAgain() throws Exception {
    whole(1, 5, held(1));
    world.delete(new Key.Host(World.CLUSTER, World.id(1)));
    assertTrue(change(1, 6, 5, held(2)).resync());
  }

  @Test
  void anUnknownGenerationIsRefused() throws Exception {
    whole(1, 5, held(1));
    assertTrue(change(1, 8, 7, held(2)).resync());
    assertEquals(Set.of(World.task(1)), world.cluster().heldBy(World.id(1)));
  }

  @Test
  void aRepeatedChangeIsNoError() throws Exception {
    whole(1, 5, held(1));
    change(1, 6, 5, held(2));
    world.store.takeWrites();
    assertFalse(change(1, 6, 5, held(2)).resync());
    assertEquals(List.of(), world.store.takeWrites());
  }

  @Test
  void theWholeTakesBackWhatIsNoMoreHeld() throws Exception {
    whole(1, 5, held(1), held(2));
    assertFalse(whole(1, 9, held(2), held(3)).resync());
    assertEquals(Set.of(World.task(2), World.task(3)), world.cluster().heldBy(World.id(1)));
  }

  @Test
  void aReplicaThatHasNotLoadedTakesChangesButNotTheWhole() throws Exception {
    whole(1, 5, held(1), held(2));
    World cold = world.replica();
    Surroundings answer = membership(cold).announce(announcement(1, 6, 5, held(3)));
    assertTrue(answer.degraded());
    assertFalse(answer.resync());
    assertTrue(membership(cold).announce(announcement(1, 7, 0, held(3))).resync());
    cold.start();
    assertFalse(membership(cold).announce(announcement(1, 7, 0, held(3))).resync());
    assertEquals(Set.of(World.task(3)), world.cluster().heldBy(World.id(1)));
    cold.close();
  }

  @Test
  void aBandWithoutAByteIsNotWritten() throws Exception {
    whole(1, 1, part(1, 0));
    assertEquals(Set.of(), world.cluster().heldBy(World.id(1)));
    change(1, 2, 1, part(1, 1));
    assertEquals(Set.of(World.task(1)), world.cluster().heldBy(World.id(1)));
    change(1, 3, 2, part(1, 0));
    assertEquals(Set.of(), world.cluster().heldBy(World.id(1)));
  }

  @Test
  void tasksThatNobodyJoinedGetARecordAndKnownOnesKeepTheirs() throws Exception {
    world.put(
        new Key.Task(World.CLUSTER, World.task(1)),
        "{\"task\":\"%s\",\"label\":\"named\",\"size\":9,\"since\":\"2026-01-01T00:00:00Z\"}"
            .formatted(World.task(1)),
        0);
    whole(1, 1, held(1), held(2));
    assertEquals("named", swarm(1).task().orElseThrow().record().label());
    assertEquals(1000, swarm(2).task().orElseThrow().record().size());
  }

  @Test
  void aLargeInventoryIsWrittenWhole() throws Exception {
    Holding[] many = IntStream.range(0, 1000).mapToObj(Announcements::held).toArray(Holding[]::new);
    Surroundings answer = whole(1, 1, many);
    for (int rounds = 0; answer.resync(); rounds++) {
      assertTrue(rounds < 20, "it gets no further");
      answer = whole(1, 1, many);
    }
    assertEquals(1000, world.cluster().heldBy(World.id(1)).size());
    assertFalse(change(1, 1, 1).resync());
  }

  @Test
  void anInventoryTooLargeForOneAnswerIsWrittenInSeveral() throws Exception {
    Holding[] many = IntStream.range(0, 500).mapToObj(Announcements::held).toArray(Holding[]::new);
    try (World slow = World.waiting(Duration.ofSeconds(8))) {
      slow.store.beforeCommit(() -> slow.clock.pass(Duration.ofSeconds(1)));
      int answers = 1;
      while (membership(slow).announce(announcement(1, 1, 0, many)).resync()) {
        answers++;
        assertTrue(answers < 20, "it gets no further");
      }
      assertTrue(answers > 1);
      assertEquals(500, slow.cluster().heldBy(World.id(1)).size());
    }
  }

  @Test
  void theLaterOfTwoHostsWithOneNameWins() throws Exception {
    whole(1, 5, held(1));
    Host twin = World.at(1, "10.9.9.9", false);
    assertTrue(
        membership
            .announce(
                new Announcement(
                    World.introduced(twin),
                    0,
                    4,
                    3,
                    List.of(),
                    List.of(),
                    Announcement.Doing.NOTHING))
            .resync());
    assertEquals(World.host(1, false).address(), known(1).address());
    assertFalse(
        membership
            .announce(
                new Announcement(
                    World.introduced(twin),
                    0,
                    4,
                    0,
                    List.of(held(2)),
                    List.of(),
                    Announcement.Doing.NOTHING))
            .resync());
    assertEquals(twin.address(), known(1).address());
    assertEquals(Set.of(World.task(2)), world.cluster().heldBy(World.id(1)));
    assertTrue(change(1, 6, 5, held(3)).resync());
  }

  @Test
  void aHostThatMovesToAnotherClusterLeavesNothingBehind() throws Exception {
    whole(1, 5, held(1));
    whole(2, 1);
    slot(2, 1, known(1).lease());
    ClusterId other = new ClusterId("other");
    Host moved = World.host(1, false).in(other);
    assertTrue(
        membership
            .announce(
                new Announcement(
                    World.introduced(moved),
                    0,
                    6,
                    5,
                    List.of(),
                    List.of(),
                    Announcement.Doing.NOTHING))
            .resync());
    assertEquals(Optional.empty(), world.cluster().host(World.id(1)));
    assertEquals(Set.of(), world.cluster().heldBy(World.id(1)));
    assertTrue(swarm(2).slot(0).isEmpty());
    Surroundings there =
        membership.announce(
            new Announcement(
                World.introduced(moved),
                0,
                6,
                0,
                List.of(held(1)),
                List.of(),
                Announcement.Doing.NOTHING));
    assertFalse(there.resync());
    assertEquals(Optional.of(List.of()), there.neighbours());
    assertEquals(Set.of(World.task(1)), world.view.cluster(other).heldBy(World.id(1)));
    assertEquals(Optional.of(List.of()), change(2, 1, 1).neighbours());
  }

  @Test
  void anotherHostOfTheSameNameElsewhereIsLeftAlone() throws Exception {
    whole(1, 5, held(1));
    Host namesake = World.at(1, "10.9.9.9", false).in(new ClusterId("other"));
    membership.announce(
        new Announcement(
            World.introduced(namesake), 0, 1, 0, List.of(), List.of(), Announcement.Doing.NOTHING));
    assertEquals(Set.of(World.task(1)), world.cluster().heldBy(World.id(1)));
  }

  @Test
  void whereAHostStandsIsWritten() throws Exception {
    Topology rack = new Topology("eu-1a", "eu-1", Map.of("rack", "7"));
    Host plain = World.host(1, false);
    Host host = new Host(plain.cluster(), plain.id(), plain.address(), false, rack);
    membership.announce(
        new Announcement(
            World.introduced(host), 0, 1, 0, List.of(), List.of(), Announcement.Doing.NOTHING));
    assertEquals("eu-1a", known(1).zone());
    assertEquals("eu-1", known(1).region());
    assertEquals(rack.labels(), known(1).labels());
  }

  @Test
  void aSlotThatItsHostNoLongerNeedsIsGivenBack() throws Exception {
    whole(1, 1, part(1, 5));
    slot(1, 1);
    slot(2, 1);
    slot(3, 2);
    change(1, 2, 1, held(1), held(3));
    assertTrue(swarm(1).slot(0).isEmpty());
    assertTrue(swarm(2).slot(0).isPresent());
    assertTrue(swarm(3).slot(0).isPresent());
    membership.announce(
        new Announcement(
            World.introduced(World.host(1, false)),
            0,
            3,
            2,
            List.of(),
            List.of(World.task(2)),
            Announcement.Doing.NOTHING));
    assertTrue(swarm(2).slot(0).isEmpty());
  }

  /** Killed at 30 % and started again before its lease ended. */
  @Test
  void whatADeadProcessHeldAndClaimedGoesWhenTheNextAnnouncesItself() throws Exception {
    membership.announce(of(7, 1, 0, held(1), part(2, 3)));
    long lease = known(1).lease();
    slot(2, 1, lease);
    assertFalse(membership.announce(of(7, 2, 1, held(3))).resync());
    assertTrue(membership.announce(of(8, 4, 2)).resync(), "a change of another process");
    assertTrue(swarm(2).slot(0).isPresent());
    assertFalse(membership.announce(of(8, 1, 0, held(1))).resync());
    assertNotEquals(lease, known(1).lease());
    assertFalse(world.memory.keepAlive(lease));
    assertTrue(swarm(2).slot(0).isEmpty());
    assertEquals(Set.of(World.task(1)), world.cluster().heldBy(World.id(1)));
    long next = known(1).lease();
    assertFalse(membership.announce(of(8, 3, 0, held(1))).resync(), "the same process");
    assertEquals(next, known(1).lease());
  }

  private static Announcement of(long boot, long generation, long base, Holding... held) {
    return new Announcement(
        World.introduced(World.host(1, false)),
        boot,
        generation,
        base,
        List.of(held),
        List.of(),
        Announcement.Doing.NOTHING);
  }

  @Test
  void namesSixteenOthersAndEverySeed() throws Exception {
    for (int i = 0; i < 40; i++) {
      membership.announce(
          new Announcement(
              World.introduced(World.host(i, i >= 20)),
              0,
              1,
              0,
              List.of(),
              List.of(),
              Announcement.Doing.NOTHING));
    }
    Set<HostId> met = new HashSet<>();
    for (int round = 0; round < 20; round++) {
      Surroundings around = change(1, 1, 1);
      List<HostId> names =
          around.neighbours().orElseThrow().stream().map(HostRecord::host).toList();
      assertEquals(Membership.NEIGHBOURS, Set.copyOf(names).size());
      assertFalse(names.contains(World.id(1)));
      assertEquals(20, around.seeds().size());
      met.addAll(names);
    }
    assertEquals(39, met.size());
  }

  @Test
  void aSmallClusterIsNamedWhole() throws Exception {
    for (int i = 0; i < Membership.NEIGHBOURS + 1; i++) {
      whole(i, 1);
    }
    assertEquals(Membership.NEIGHBOURS, change(1, 1, 1).neighbours().orElseThrow().size());
  }

  @Test
  void whoIsAcquaintedIsIntroducedNowAndThen() throws Exception {
    whole(1, 1);
    whole(2, 1);
    int introduced = 0;
    for (int i = 0; i < 80; i++) {
      introduced += acquainted(1).neighbours().isPresent() ? 1 : 0;
    }
    assertTrue(introduced > 0 && introduced < 40, "introduced " + introduced + " times of 80");
  }

  @Test
  void whoIsAcquaintedIsIntroducedWhenTheStateIsLost() throws Exception {
    whole(1, 1);
    whole(2, 1);
    world.delete(new Key.Host(World.CLUSTER, World.id(1)));
    Surroundings around = acquainted(1);
    assertTrue(around.resync());
    assertTrue(around.neighbours().isPresent());
  }

  private Surroundings acquainted(int host) throws InterruptedException {
    return membership.announce(
        new Announcement(
            World.introduced(World.host(host, false)),
            0,
            1,
            1,
            List.of(),
            List.of(),
            new Announcement.Doing(0, true, List.of(), Map.of())));
  }

  @Test
  void withoutTheStoreItAnswersFromTheView() throws Exception {
    whole(1, 1, held(1));
    whole(2, 1);
    for (int i = 0; i < 5; i++) {
      world.store.unreachable(true);
      Surroundings around = change(1, 2, 1, held(2));
      assertTrue(around.degraded());
      assertFalse(around.resync());
      assertEquals(1, around.neighbours().orElseThrow().size());
    }
    assertThrows(
        StateException.Unavailable.class, () -> membership.leave(World.CLUSTER, World.id(1)));
    world.store.unreachable(false);
  }

  @Test
  void aSilentStoreDoesNotKeepTheHostWaiting() throws Exception {
    try (World impatient = World.waiting(Duration.ofMillis(50))) {
      impatient.store.silent(true);
      assertTrue(membership(impatient).announce(announcement(1, 1, 0)).degraded());
    }
  }

  @Test
  void whoLeavesIsGoneAtOnce() throws Exception {
    whole(1, 1, held(1));
    whole(2, 1);
    membership.leave(World.CLUSTER, World.id(1));
    assertEquals(Optional.of(List.of()), change(2, 1, 1).neighbours());
    assertEquals(Set.of(), world.cluster().heldBy(World.id(1)));
    membership.leave(World.CLUSTER, World.id(1));
  }

  private Surroundings whole(int host, long generation, Holding... held) throws Exception {
    return change(host, generation, 0, held);
  }

  private Surroundings change(int host, long generation, long base, Holding... held)
      throws Exception {
    return membership.announce(announcement(host, generation, base, held));
  }

  private static Holding part(int task, int band) {
    return new Holding(World.task(task), 1000, false, band);
  }

  private static String taskKey(int task) {
    return new Key.Task(World.CLUSTER, World.task(task)).text();
  }

  private void slot(int task, int host) throws Exception {
    slot(task, host, 0);
  }

  private void slot(int task, int host, long lease) throws Exception {
    TaskId id = World.task(task);
    world.put(
        new Key.OriginSlot(World.CLUSTER, id, 0),
        Json.write(
            new OriginSlotRecord(
                World.id(host), World.host(host, false).address(), world.clock.instant(), 0)),
        lease);
  }

  private Swarm swarm(int task) {
    return world.cluster().swarm(World.task(task));
  }

  private HolderRecord holder(int task) {
    return swarm(task).holder(World.id(1)).orElseThrow().record();
  }

  private HostRecord known(int host) {
    return world.cluster().host(World.id(host)).orElseThrow().record();
  }
}
