package dev.darner.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.Host;
import dev.darner.model.HostId;
import dev.darner.schema.ClusterRecord;
import dev.darner.schema.HolderRecord;
import dev.darner.schema.Json;
import dev.darner.schema.Key;
import dev.darner.schema.OriginSlotRecord;
import dev.darner.schema.SuspectRecord;
import dev.darner.state.Swarm;
import dev.darner.state.World;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Placement among hosts that stall, are shunned or blocked, and where several may read. */
class WhomNotToAskTest {
  private final World world = World.started();
  private final Placement placement =
      new Placement(world.view, world.reach, world.registration, world.clock, new Random(42));

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void aReaderThatDoesNotGoOnLosesItsSlotToAnother() throws Exception {
    assertEquals(Role.READ_ORIGIN, join(1).role());
    assertEquals(List.of(World.id(1)), ids(join(2)));
    world.clock.pass(World.LEASE.multipliedBy(3).plusMillis(1));
    assertEquals(Role.READ_ORIGIN, join(2).role(), "its lease goes on, and nothing landed");
    assertEquals(World.id(2), swarm().slot(0).orElseThrow().seen().record().host());
    assertEquals(List.of(World.id(2)), ids(join(1)));
  }

  @Test
  void aSeedThatDoesNotGoOnIsNotElectedAgain() throws Exception {
    for (int seed : List.of(11, 12)) {
      world.registration.ensure(world.memory, World.introduced(World.host(seed, true)));
    }
    HostId first = ids(join(1)).getFirst();
    for (int half = 0; half < 7; half++) {
      world.clock.pass(World.LEASE.dividedBy(2));
      for (int seed : List.of(11, 12)) {
        long lease = world.cluster().host(World.id(seed)).orElseThrow().lease();
        assertTrue(world.memory.keepAlive(lease));
      }
    }
    HostId second = ids(join(1)).getFirst();
    assertEquals(Set.of(World.id(11), World.id(12)), Set.of(first, second));
  }

  @Test
  void aSeedThatNobodyReachesOrThatIsBlockedIsNotElected() throws Exception {
    for (int seed : List.of(11, 12)) {
      world.registration.ensure(world.memory, World.introduced(World.host(seed, true)));
    }
    define(1, List.of(World.id(11)));
    suspect(12, "10.0.0.0-24");
    assertEquals(Role.READ_ORIGIN, join(1).role());
  }

  @Test
  void aReaderThatStalledGoesOnWhenItAsksItself() throws Exception {
    assertEquals(Role.READ_ORIGIN, join(1).role());
    world.clock.pass(World.LEASE.multipliedBy(3).plusMillis(1));
    assertEquals(Role.READ_ORIGIN, join(1).role());
  }

  @Test
  void nobodyIsSentToOneWhomItsZoneCannotReach() throws Exception {
    hold(2, true, 10);
    hold(3, true, 10);
    assertEquals(2, join(1).parents().size());
    suspect(2, "10.0.0.0-24");
    assertEquals(List.of(World.id(3)), ids(join(1)));
    Wish far = wish(World.at(9, "10.9.9.9", false));
    assertEquals(2, placement.join(far).parents().size());
  }

  @Test
  void whenItsZoneCannotReachTheReaderAnotherReads() throws Exception {
    assertEquals(Role.READ_ORIGIN, join(1).role());
    suspect(1, "10.0.0.0-24");
    assertEquals(Role.READ_ORIGIN, join(2).role());
    Wish far = wish(World.at(9, "10.9.9.9", false));
    assertEquals(
        Set.of(World.id(1), World.id(2)),
        Set.copyOf(ids(placement.join(far))),
        "who reaches it goes on with it");
  }

  @Test
  void whoCannotReachTheReaderDoesNotTakeItsSlot() throws Exception {
    assertEquals(Role.READ_ORIGIN, join(1).role());
    Wish wish = wish(World.host(2, false));
    Set<HostId> reader = Set.of(World.id(1));
    Assignment instead =
        placement.join(
            new Wish(wish.asker(), wish.task(), wish.size(), wish.label(), reader, reader));
    assertEquals(Role.READ_ORIGIN, instead.role());
    assertEquals(World.id(1), swarm().slot(0).orElseThrow().seen().record().host());
    assertEquals(World.id(2), swarm().slot(1).orElseThrow().seen().record().host());
  }

  @Test
  void asManyReadAtOnceAsTheClusterAllows() throws Exception {
    define(2, List.of());
    assertEquals(Role.READ_ORIGIN, join(1).role());
    assertEquals(Role.READ_ORIGIN, join(2).role());
    assertEquals(Set.of(World.id(1), World.id(2)), Set.copyOf(ids(join(3))));
    finish(1);
    assertTrue(swarm().slot(0).isEmpty());
    assertEquals(World.id(2), swarm().slot(1).orElseThrow().seen().record().host());
    withdraw(2);
    assertTrue(swarm().slots().isEmpty());
  }

  @Test
  void nobodyIsSentToOneThatTheOperatorBlocks() throws Exception {
    define(1, List.of(World.id(2)));
    hold(2, true, 10);
    hold(3, true, 10);
    assertEquals(List.of(World.id(3)), ids(join(1)));
  }

  private void define(int readers, List<HostId> blocked) throws Exception {
    ClusterRecord plain = ClusterRecord.PLAIN;
    ClusterRecord said =
        new ClusterRecord(
            false, plain.scopes(), plain.settings(), plain.crossCluster(), blocked, readers, 0, 0);
    world.put(new Key.Cluster(World.CLUSTER), Json.write(said), 0);
  }

  @Test
  void aReaderThatGoesOnKeepsItsSlotThoughItFailedSomebody() throws Exception {
    assertEquals(Role.READ_ORIGIN, join(1).role());
    OriginSlotRecord told =
        new OriginSlotRecord(
            World.id(1), World.host(1, false).address(), world.clock.instant(), 5_000);
    world.put(
        new Key.OriginSlot(World.CLUSTER, World.task(1), 0),
        Json.write(told),
        world.cluster().host(World.id(1)).orElseThrow().lease());
    Wish wish = wish(World.host(2, false));
    Assignment instead =
        placement.join(new Wish(wish.asker(), wish.task(), 7, "", Set.of(World.id(1)), Set.of()));
    assertEquals(Role.READ_ORIGIN, instead.role());
    assertEquals(2, swarm().slots().size());
    assertEquals(2, ids(join(3)).size());
  }

  private void suspect(int host, String zone) throws Exception {
    SuspectRecord record =
        new SuspectRecord(World.id(host), zone, true, World.id(77), world.clock.instant());
    world.put(new Key.Suspect(World.CLUSTER, World.id(host), zone), Json.write(record), 0);
  }

  private static List<HostId> ids(Assignment assignment) {
    return assignment.parents().stream().map(parent -> parent.host().id()).toList();
  }

  private Assignment join(int host) throws Exception {
    return placement.join(wish(World.host(host, false)));
  }

  private static Wish wish(Host host) {
    return new Wish(World.introduced(host), World.task(1), 7_000_000, "", Set.of(), Set.of());
  }

  private void finish(int host) throws Exception {
    placement.finish(World.introduced(World.host(host, false)), World.task(1), 55);
  }

  private void withdraw(int host) throws Exception {
    placement.withdraw(World.CLUSTER, World.id(host), World.task(1));
  }

  private void hold(int number, boolean sealed, int band) throws Exception {
    Host host = World.host(number, false);
    HolderRecord held =
        new HolderRecord(host.id(), host.address(), false, sealed, band, world.clock.instant());
    world.put(new Key.Holder(World.CLUSTER, World.task(1), host.id()), Json.write(held), 0);
  }

  private Swarm swarm() {
    return world.cluster().swarm(World.task(1));
  }
}
