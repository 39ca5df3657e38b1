package dev.darner.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.ClusterId;
import dev.darner.model.Host;
import dev.darner.model.HostAddress;
import dev.darner.model.HostId;
import dev.darner.schema.ClusterRecord;
import dev.darner.schema.CrossCluster;
import dev.darner.schema.HolderRecord;
import dev.darner.schema.Json;
import dev.darner.schema.Key;
import dev.darner.schema.OriginSlotRecord;
import dev.darner.state.World;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two clusters, c and d, and one task; hosts of both may have the same names. */
class FederationTest {
  private static final ClusterId D = new ClusterId("d");

  private final World world = World.started();
  private final Placement placement = placement(world);

  private static Placement placement(World world) {
    return new Placement(world.view, world.reach, world.registration, world.clock, new Random(5));
  }

  /** Each has a host, so that neither is alone. */
  @BeforeEach
  void people() throws Exception {
    register(here(9, false));
    register(there(9, false));
  }

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void whatAnotherClusterHasIsFetchedThereByOneAndNotReadAgain() throws Exception {
    hold(there(1, true), true, 10);
    Assignment asker = join(here(1, false));
    assertEquals(Role.FROM_PARENTS, asker.role());
    assertTrue(asker.fetches());
    assertEquals(List.of(new Parent(there(1, true), true, false)), asker.parents());
    Assignment second = join(here(2, false));
    assertEquals(List.of(new Parent(here(1, false), false, true)), second.parents());
    assertFalse(second.fetches());
    assertTrue(slot(World.CLUSTER).orElseThrow().abroad());
    assertEquals(Optional.empty(), world.view.federationSlot(World.task(1)));
    assertEquals(0, world.cluster().originReads().readers(), "and no origin is read");
  }

  @Test
  void aSeedFetchesForItsCluster() throws Exception {
    register(here(20, true));
    hold(there(1, true), true, 10);
    assertEquals(List.of(here(20, true)), hosts(join(here(1, false))));
    assertEquals(List.of(there(1, true)), hosts(join(here(20, true))));
  }

  @Test
  void readsAreCountedInEachClusterThatTakesFromOthers() throws Exception {
    assertTrue(world.view.countsReads(World.CLUSTER));
    assertTrue(world.view.countsReads(D));
    say(D, CrossCluster.OFF, 0);
    assertTrue(world.view.countsReads(World.CLUSTER));
    assertFalse(world.view.countsReads(D));
  }

  @Test
  void whereAnyMayBeNamedAnyMayFetch() throws Exception {
    say(World.CLUSTER, CrossCluster.ANY, 0);
    register(here(20, true));
    register(there(20, true));
    hold(there(1, false), true, 10);
    assertEquals(List.of(there(1, false)), hosts(join(here(1, false))));
  }

  @Test
  void whoIsNoSeedIsNotNamedToOtherClustersWhereThereAreSeeds() throws Exception {
    register(there(20, true));
    hold(there(1, false), true, 10);
    assertEquals(Role.READ_ORIGIN, join(here(1, false)).role());
  }

  @Test
  void whoTakesFromNobodyAndWhoGivesToNobodyReadForThemselves() throws Exception {
    hold(there(1, true), true, 10);
    say(World.CLUSTER, CrossCluster.OFF, 0);
    assertEquals(Role.READ_ORIGIN, join(here(1, false)).role());
    world.delete(new Key.Cluster(World.CLUSTER));
    placement.withdraw(World.CLUSTER, World.id(1), World.task(1));
    say(D, CrossCluster.OFF, 0);
    assertEquals(Role.READ_ORIGIN, join(here(1, false)).role());
  }

  @Test
  void theOneWhoReadsDoesSoForAllClusters() throws Exception {
    assertEquals(Role.READ_ORIGIN, join(there(1, false)).role());
    assertEquals(
        World.id(1), world.view.federationSlot(World.task(1)).orElseThrow().seen().record().host());
    Assignment asker = join(here(1, false));
    assertEquals(List.of(new Parent(there(1, false), false, true)), asker.parents());
    placement.finish(World.introduced(there(1, false)), World.task(1), 5);
    assertEquals(Optional.empty(), world.view.federationSlot(World.task(1)));
  }

  @Test
  void oneOfTwoClustersThatComeAtOnceReads() throws Exception {
    register(here(1, false));
    register(there(1, false));
    World other = world.replica().start();
    AtomicBoolean overtaken = new AtomicBoolean();
    world.store.beforeCommit(() -> {
      if (!overtaken.getAndSet(true)) {
        assertEquals(Role.READ_ORIGIN, joinAt(placement(other), there(1, false)).role());
      }
    });
    Assignment second = join(here(1, false));
    assertEquals(List.of(there(1, false)), hosts(second));
    assertTrue(second.fetches());
    other.close();
  }

  @Test
  void whoCannotReachTheOtherClusterReadsAndLeavesTheOtherItsRight() throws Exception {
    join(there(1, false));
    join(here(1, false));
    Assignment cut = refresh(here(1, false), World.id(1));
    assertEquals(Role.READ_ORIGIN, cut.role());
    assertFalse(slot(World.CLUSTER).orElseThrow().abroad());
    assertEquals(
        D, world.view.federationSlot(World.task(1)).orElseThrow().seen().record().cluster());
    assertEquals(Role.READ_ORIGIN, join(there(1, false)).role(), "nobody takes that from it");
  }

  @Test
  void whenTheReaderOfAllDiesTheNextReadsForAll() throws Exception {
    join(there(1, false));
    join(here(1, false));
    world.memory.revoke(world.view.cluster(D).host(World.id(1)).orElseThrow().lease());
    assertEquals(Role.READ_ORIGIN, join(here(1, false)).role());
    assertEquals(List.of(here(1, false)), hosts(join(there(2, false))));
  }

  @Test
  void aReaderOfAllThatStallsLosesThat() throws Exception {
    join(there(1, false));
    world.clock.pass(World.LEASE.multipliedBy(3).plusMillis(1));
    assertEquals(Role.READ_ORIGIN, join(here(1, false)).role());
    assertEquals(
        World.CLUSTER,
        world.view.federationSlot(World.task(1)).orElseThrow().seen().record().cluster());
  }

  @Test
  void whoFetchesThereNeedsNoPlaceInTheBudgetAndOneWhoMustReadDoes() throws Exception {
    say(World.CLUSTER, CrossCluster.SEEDS, 1);
    register(here(3, false));
    assertEquals(Role.READ_ORIGIN, join(here(3, false), 3).role());
    join(there(1, false));
    assertEquals(Role.FROM_PARENTS, join(here(1, false)).role());
    assertEquals(Role.WAIT, refresh(here(1, false), World.id(1)).role());
    placement.finish(World.introduced(here(3, false)), World.task(3), 5);
    assertEquals(Role.READ_ORIGIN, refresh(here(1, false), World.id(1)).role());
  }

  @Test
  void partsAloneSendNobodyToAnotherCluster() throws Exception {
    hold(there(1, true), false, 6);
    assertEquals(Role.READ_ORIGIN, join(here(1, false)).role());
  }

  @Test
  void ofManyClustersTheOneThatHasTheWholeIsFound() throws Exception {
    for (int number = 1; number <= 16; number++) {
      hold(in(new ClusterId("part-" + number), number), false, 6);
      Host keeping = in(new ClusterId("off-" + number), number);
      hold(keeping, true, 10);
      say(keeping.cluster(), CrossCluster.OFF, 0);
    }
    Host whole = in(new ClusterId("whole"), 17);
    hold(whole, true, 10);
    Assignment asker = join(here(1, false));
    assertEquals(Role.FROM_PARENTS, asker.role());
    assertEquals(whole, asker.parents().getFirst().host());
  }

  @Test
  void ofManyClustersTheOneThatReadsIsFound() throws Exception {
    assertEquals(Role.READ_ORIGIN, join(there(1, false)).role());
    world.delete(new Key.FederationSlot(World.task(1)));
    for (int number = 1; number <= 16; number++) {
      hold(in(new ClusterId("part-" + number), number), false, 6);
    }
    Assignment asker = join(here(1, false));
    assertEquals(Role.FROM_PARENTS, asker.role());
    assertTrue(hosts(asker).contains(there(1, false)));
  }

  @Test
  void aHostOfTheAskersOwnNameIsNotTheAsker() throws Exception {
    hold(there(1, true), true, 10);
    Assignment asker = join(here(1, true));
    assertEquals(List.of(there(1, true)), hosts(asker));
  }

  @Test
  void whoIsAloneWritesNothingForOthers() throws Exception {
    try (World alone = World.started()) {
      assertEquals(Role.READ_ORIGIN, joinAt(placement(alone), here(1, false)).role());
      assertEquals(
          List.of(), alone.keys().stream().filter(key -> key.contains("federation")).toList());
    }
  }

  /** Each cluster would meet at home seeds of its own. */
  @Test
  void anElectionThatTakesLongIsWaitedForWhereThereAreOtherClusters() throws Exception {
    try (World slow = World.waiting(Duration.ofMillis(50))) {
      for (Host host : List.of(here(9, false), there(9, false))) {
        var _ = slow.registration.ensure(slow.memory, World.introduced(host));
      }
      slow.store.silent(true);
      Placement waiting = placement(slow);
      assertEquals(Role.WAIT, joinAt(waiting, here(1, false)).role());
      slow.clock.pass(Silence.BORNE);
      assertEquals(Role.USE_HOME_SEEDS, joinAt(waiting, here(1, false)).role());
      slow.clock.pass(Silence.APART.plusMillis(1));
      assertEquals(Role.WAIT, joinAt(waiting, here(1, false)).role(), "another matter");
    }
  }

  private void say(ClusterId cluster, CrossCluster policy, int concurrency) throws Exception {
    ClusterRecord plain = ClusterRecord.PLAIN;
    ClusterRecord said =
        new ClusterRecord(
            false, plain.scopes(), plain.settings(), policy, List.of(), 1, concurrency, 0);
    world.put(new Key.Cluster(cluster), Json.write(said), 0);
  }

  private static Host in(ClusterId cluster, int number) {
    return new Host(cluster, World.id(number), new HostAddress("10.8.0." + number, 8472), true);
  }

  private static Host here(int number, boolean seed) {
    return World.host(number, seed);
  }

  private static Host there(int number, boolean seed) {
    return new Host(D, World.id(number), new HostAddress("10.7.0." + number, 8472), seed);
  }

  private void register(Host host) throws Exception {
    var _ = world.registration.ensure(world.memory, World.introduced(host));
  }

  private void hold(Host host, boolean sealed, int band) throws Exception {
    HolderRecord held =
        new HolderRecord(
            host.id(), host.address(), host.seed(), sealed, band, world.clock.instant());
    world.put(new Key.Holder(host.cluster(), World.task(1), host.id()), Json.write(held), 0);
  }

  private Optional<OriginSlotRecord> slot(ClusterId cluster) {
    return world.view.cluster(cluster).swarm(World.task(1)).slot(0).map(s -> s.seen().record());
  }

  private static List<Host> hosts(Assignment assignment) {
    return assignment.parents().stream().map(Parent::host).toList();
  }

  private Assignment join(Host host) {
    return joinAt(placement, host);
  }

  private Assignment join(Host host, int task) throws Exception {
    return placement.join(
        new Wish(World.introduced(host), World.task(task), 7, "", Set.of(), Set.of()));
  }

  private Assignment refresh(Host host, HostId... failed) throws Exception {
    return placement.join(
        new Wish(World.introduced(host), World.task(1), 7, "", Set.of(failed), Set.of(failed)));
  }

  private static Assignment joinAt(Placement at, Host host) {
    try {
      return at.join(new Wish(World.introduced(host), World.task(1), 7, "", Set.of(), Set.of()));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
