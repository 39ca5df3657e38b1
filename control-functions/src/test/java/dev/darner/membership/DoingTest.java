package dev.darner.membership;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.membership.Announcement.Doing;
import dev.darner.membership.Announcement.Failure;
import dev.darner.model.ClusterId;
import dev.darner.model.Host;
import dev.darner.model.HostAddress;
import dev.darner.model.TaskId;
import dev.darner.schema.ClusterRecord;
import dev.darner.schema.HolderRecord;
import dev.darner.schema.HostRecord;
import dev.darner.schema.Json;
import dev.darner.schema.Key;
import dev.darner.schema.OriginSlotRecord;
import dev.darner.state.Slot;
import dev.darner.state.Suspects;
import dev.darner.state.World;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What hosts tell of themselves and of others, beside what they hold. */
class DoingTest {
  private static final TaskId TASK = World.task(1);

  private final World world = World.started();
  private final Membership membership =
      new Membership(world.view, world.reach, world.registration, world.clock, new Random(1));

  @AfterEach
  void close() {
    world.close();
  }

  private Surroundings announce(Host host, Doing doing) throws Exception {
    boolean known = world.cluster().host(host.id()).isPresent();
    return membership.announce(
        new Announcement(World.introduced(host), 0, 1, known ? 1 : 0, List.of(), List.of(), doing));
  }

  private Surroundings announce(int host, Doing doing) throws Exception {
    return announce(World.host(host, false), doing);
  }

  /** What another host has of the task. */
  private void hold(int host, int band) throws Exception {
    List<Announcement.Holding> held =
        List.of(new Announcement.Holding(TASK, 9, band == HolderRecord.FULL_BAND, band));
    membership.announce(
        new Announcement(
            World.introduced(World.host(host, false)),
            0,
            band + 2,
            1,
            held,
            List.of(),
            Doing.NOTHING));
  }

  private static Doing failed(int host, boolean unreachable) {
    return new Doing(0, false, List.of(new Failure(World.id(host), unreachable)), Map.of());
  }

  private static Doing reads(long landed) {
    return new Doing(0, false, List.of(), Map.of(TASK, landed));
  }

  private Suspects suspects() {
    return world.cluster().suspects();
  }

  @Test
  void aLoadIsWrittenWhenItsBandChanges() throws Exception {
    announce(1, Doing.NOTHING);
    world.store.takeWrites();
    announce(1, new Doing(40, false, List.of(), Map.of()));
    assertEquals(List.of(), world.store.takeWrites());
    announce(1, new Doing(95, false, List.of(), Map.of()));
    assertEquals(1, world.store.takeWrites().size());
    assertEquals(HostRecord.FULL, world.cluster().host(World.id(1)).orElseThrow().record().load());
  }

  @Test
  void whoWasUnreachableIsSuspectInTheReportersZoneForAWhile() throws Exception {
    Host far = World.at(3, "10.9.9.9", false);
    announce(1, Doing.NOTHING);
    announce(2, Doing.NOTHING);
    announce(far, Doing.NOTHING);
    announce(1, failed(2, true));
    String near = "10.0.0.0-24";
    assertTrue(suspects().of(World.id(2), near).orElseThrow().unreachable());
    assertEquals(Optional.empty(), suspects().of(World.id(2), "10.9.9.0-24"));
    announce(far, failed(2, false));
    assertFalse(suspects().of(World.id(2), "10.9.9.0-24").orElseThrow().unreachable());
    world.pass(World.LEASE);
    assertEquals(Optional.empty(), suspects().of(World.id(2), near));
  }

  @Test
  void oneReportOfAHostIsEnough() throws Exception {
    for (int host = 1; host < 20; host++) {
      announce(host, Doing.NOTHING);
    }
    announce(1, failed(2, true));
    world.store.takeWrites();
    for (int host = 3; host < 20; host++) {
      announce(host, failed(2, true));
    }
    assertEquals(List.of(), world.store.takeWrites());
  }

  @Test
  void whoComplainsOfEverybodyIsNotBelieved() throws Exception {
    for (int host = 1; host < 30; host++) {
      announce(host, Doing.NOTHING);
    }
    for (int host = 2; host < 30; host++) {
      announce(1, failed(host, true));
    }
    long suspect =
        IntStream.range(2, 30)
            .filter(host -> suspects().of(World.id(host), "10.0.0.0-24").isPresent())
            .count();
    assertEquals(0, suspect, "once there are too many, none of them counts");
  }

  @Test
  void nobodyComplainsOfItselfOrOfOneThatIsNotThere() throws Exception {
    announce(1, Doing.NOTHING);
    world.store.takeWrites();
    announce(1, failed(1, true));
    announce(1, failed(77, true));
    assertEquals(List.of(), world.store.takeWrites());
  }

  @Test
  void aReadersProgressIsToldInItsSlot() throws Exception {
    announce(1, Doing.NOTHING);
    slot(1);
    assertEquals(List.of(), announce(1, reads(5_000)).lostReadings());
    assertEquals(5_000, slot().seen().record().landed());
    world.store.takeWrites();
    announce(1, reads(5_000));
    assertEquals(List.of(), world.store.takeWrites());
  }

  @Test
  void whoseSlotAnotherHasIsToldSo() throws Exception {
    announce(1, Doing.NOTHING);
    announce(2, Doing.NOTHING);
    slot(2);
    assertEquals(List.of(TASK), announce(1, reads(5_000)).lostReadings());
    assertEquals(World.id(2), slot().seen().record().host());
  }

  @Test
  void whoReadsOnWithoutASlotIsToldSoOnceAnotherHasTheWhole() throws Exception {
    announce(1, Doing.NOTHING);
    announce(2, Doing.NOTHING);
    hold(2, 5);
    assertEquals(List.of(), announce(1, reads(5_000)).lostReadings(), "parts are not enough");
    world.pass(World.LEASE);
    announce(2, Doing.NOTHING);
    hold(2, HolderRecord.FULL_BAND);
    assertEquals(List.of(TASK), announce(1, reads(6_000)).lostReadings());
    announce(1, failed(2, true));
    assertEquals(List.of(), announce(1, reads(7_000)).lostReadings(), "it is out of reach");
  }

  @Test
  void aSlotThatWentWithALeaseIsTakenBack() throws Exception {
    announce(1, Doing.NOTHING);
    assertEquals(List.of(), announce(1, reads(7)).lostReadings());
    assertEquals(World.id(1), slot().seen().record().host());
    assertEquals(7, slot().seen().record().landed());
    world.pass(World.LEASE);
    assertTrue(world.cluster().swarm(TASK).slot(0).isEmpty(), "it hangs on its host's lease");
  }

  @Test
  void thoseWhoReadShareWhatTheClusterMayRead() throws Exception {
    limit(0, 12_000);
    for (int host = 1; host <= 4; host++) {
      assertEquals(OptionalLong.of(12_000), announce(host, Doing.NOTHING).originShare());
    }
    slot(1, World.task(1));
    slot(1, World.task(2));
    assertEquals(OptionalLong.of(12_000), announce(1, Doing.NOTHING).originShare());
    assertEquals(OptionalLong.of(6_000), announce(2, Doing.NOTHING).originShare());
    slot(2, World.task(3));
    slot(3, World.task(4));
    long all = 0;
    for (int host = 1; host <= 3; host++) {
      all += announce(host, Doing.NOTHING).originShare().orElseThrow();
    }
    assertEquals(12_000, all);
    world.delete(new Key.OriginSlot(World.CLUSTER, World.task(1), 0));
    assertEquals(OptionalLong.of(4_000), announce(1, Doing.NOTHING).originShare());
    world.delete(new Key.OriginSlot(World.CLUSTER, World.task(2), 0));
    assertEquals(OptionalLong.of(6_000), announce(2, Doing.NOTHING).originShare());
    limit(0, 0);
    assertEquals(OptionalLong.of(0), announce(2, Doing.NOTHING).originShare());
    world.store.unreachable(true);
    world.store.loseWatches();
    assertEquals(OptionalLong.empty(), announce(2, Doing.NOTHING).originShare());
  }

  @Test
  void aHostIsToldWhetherReadsAreCounted() throws Exception {
    assertFalse(announce(1, Doing.NOTHING).readsCounted());
    limit(1, 0);
    assertTrue(announce(1, Doing.NOTHING).readsCounted());
    world.store.unreachable(true);
    world.store.loseWatches();
    assertFalse(announce(1, Doing.NOTHING).readsCounted(), "nobody counts without the store");
  }

  @Test
  void whoseLeaseEndedTakesItsPlaceBackAndIsToldToStopWhenThereIsNone() throws Exception {
    limit(1, 0);
    announce(1, Doing.NOTHING);
    assertEquals(List.of(), announce(1, reads(7)).lostReadings());
    OriginSlotRecord slot = slot().seen().record();
    assertEquals(1, slot.place());
    assertEquals(World.id(1), world.cluster().originReads().place(1).orElseThrow().record().host());
    world.pass(World.LEASE);
    announce(2, Doing.NOTHING);
    assertEquals(
        List.of(),
        announce(2, new Doing(0, false, List.of(), Map.of(World.task(2), 3L))).lostReadings());
    announce(1, Doing.NOTHING);
    assertEquals(List.of(TASK), announce(1, reads(8)).lostReadings());
    assertTrue(world.cluster().swarm(TASK).slots().isEmpty());
  }

  @Test
  void whatGoesWithASlotGoesWhenTheHostHasTheWholeAndDoesNotSaySo() throws Exception {
    limit(1, 0);
    announce(1, reads(7));
    announce(1, reads(7));
    assertEquals(1, world.cluster().originReads().taken());
    membership.announce(
        new Announcement(
            World.introduced(World.host(1, false)),
            0,
            2,
            1,
            List.of(new Announcement.Holding(TASK, 9, true, 10)),
            List.of(),
            Doing.NOTHING));
    assertEquals(0, world.cluster().originReads().taken());
    assertTrue(world.cluster().swarm(TASK).slots().isEmpty());
  }

  @Test
  void theProgressOfWhoReadsForAllClustersIsToldToAll() throws Exception {
    Host other = new Host(new ClusterId("d"), World.id(5), new HostAddress("10.7.0.5", 1), false);
    announce(1, Doing.NOTHING);
    membership.announce(
        new Announcement(World.introduced(other), 0, 1, 0, List.of(), List.of(), Doing.NOTHING));
    assertEquals(List.of(), announce(1, reads(5)).lostReadings());
    announce(1, reads(9));
    assertEquals(9, world.view.federationSlot(TASK).orElseThrow().seen().record().landed());
    assertEquals(
        List.of(TASK),
        membership
            .announce(
                new Announcement(World.introduced(other), 0, 1, 1, List.of(), List.of(), reads(3)))
            .lostReadings(),
        "another cluster reads it by now");
  }

  @Test
  void asMuchAsCanBeToldOfReadingsIsTold() throws Exception {
    limit(64, 0);
    announce(1, Doing.NOTHING);
    Map<TaskId, Long> many =
        IntStream.range(0, Doing.MOST_READINGS)
            .boxed()
            .collect(Collectors.toMap(World::task, task -> 4L));
    assertEquals(List.of(), announce(1, new Doing(0, false, List.of(), many)).lostReadings());
    assertEquals(64, world.cluster().originReads().taken());
  }

  /** Lets time pass while a host is heard of. */
  private void passAnnouncing(int leases, Doing doing) throws Exception {
    for (int half = 0; half < 2 * leases; half++) {
      world.pass(World.LEASE.dividedBy(2));
      announce(1, doing);
    }
  }

  @Test
  void whatAHostWasElectedForAndNeverHeardOfIsGivenBackWhenItStalls() throws Exception {
    limit(1, 12_000);
    announce(1, Doing.NOTHING);
    announce(1, reads(0));
    passAnnouncing(Slot.LEASES_TO_STALL, Doing.NOTHING);
    assertEquals(World.id(1), slot().seen().record().host());
    assertEquals(1, world.cluster().originReads().taken());
    passAnnouncing(1, Doing.NOTHING);
    assertTrue(world.cluster().swarm(TASK).slots().isEmpty());
    assertEquals(0, world.cluster().originReads().taken());
    assertEquals(0, world.cluster().originReads().readers());
    assertFalse(world.keys().stream().anyMatch(key -> key.contains("origin-")));
  }

  @Test
  void whoSaysThatItReadsKeepsItsSlotHoweverSlowItIs() throws Exception {
    announce(1, Doing.NOTHING);
    slot(1);
    passAnnouncing(2 * Slot.LEASES_TO_STALL, reads(0));
    assertEquals(World.id(1), slot().seen().record().host());
  }

  @Test
  void asManySlotsAsWereLeftAreGivenBack() throws Exception {
    announce(1, Doing.NOTHING);
    announce(2, Doing.NOTHING);
    for (int task = 2; task < 60; task++) {
      slot(1, World.task(task));
    }
    slot(2);
    for (int half = 0; half <= 2 * Slot.LEASES_TO_STALL; half++) {
      world.pass(World.LEASE.dividedBy(2));
      announce(1, Doing.NOTHING);
      announce(2, reads(0));
    }
    assertEquals(1, world.cluster().originReads().readers());
    assertEquals(World.id(2), slot().seen().record().host());
  }

  private void limit(int concurrency, long bytesPerSecond) throws Exception {
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
            bytesPerSecond);
    world.put(new Key.Cluster(World.CLUSTER), Json.write(said), 0);
  }

  private Slot slot() {
    return world.cluster().swarm(TASK).slot(0).orElseThrow();
  }

  private void slot(int host) throws Exception {
    slot(host, TASK);
  }

  private void slot(int host, TaskId task) throws Exception {
    world.put(
        new Key.OriginSlot(World.CLUSTER, task, 0),
        Json.write(
            new OriginSlotRecord(
                World.id(host), World.host(host, false).address(), world.clock.instant(), 0)),
        world.cluster().host(World.id(host)).orElseThrow().lease());
  }
}
