package dev.darner.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.HostId;
import dev.darner.schema.AccessRole;
import dev.darner.schema.ClusterRecord;
import dev.darner.schema.Entry;
import dev.darner.schema.HolderRecord;
import dev.darner.schema.HostRecord;
import dev.darner.schema.Json;
import dev.darner.schema.Key;
import dev.darner.schema.OriginSlotRecord;
import dev.darner.schema.Snapshot;
import dev.darner.schema.TaskRecord;
import dev.darner.schema.TokenRecord;
import dev.darner.schema.Transaction;
import dev.darner.schema.TransactionResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClusterViewTest {
  private final World world = new World();
  private final Key.Host hostKey = new Key.Host(World.CLUSTER, World.id(1));
  private final Key.Holder holderKey = new Key.Holder(World.CLUSTER, World.task(1), World.id(1));
  private final Key.Task taskKey = new Key.Task(World.CLUSTER, World.task(1));
  private final Key.OriginSlot slotKey = new Key.OriginSlot(World.CLUSTER, World.task(1), 0);

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void showsWhatStoodBeforeAndWhatComesAfter() throws Exception {
    world.put(hostKey, host(false), 0);
    world.start();
    world.put(holderKey, holder(false, 3), 0);
    assertEquals(List.of(World.id(1)), names());
    assertEquals(Set.of(World.task(1)), world.cluster().heldBy(World.id(1)));
    assertEquals(3, bandOf(holderKey));
  }

  @Test
  void showsWhatPeopleSayOfClusters() throws Exception {
    Key.Cluster key = new Key.Cluster(World.CLUSTER);
    world.put(key, "{\"originReaders\":2}", 0);
    world.start();
    assertEquals(2, world.cluster().record().orElseThrow().record().originReaders());
    world.put(key, "{\"originReaders\":3}", 0);
    assertEquals(3, world.view.records().get(World.CLUSTER).record().originReaders());
    world.put(key, "{\"originReaders\":\"many\"}", 0);
    assertEquals(Map.of(), world.view.records());
    world.put(key, "{}", 0);
    assertEquals(ClusterRecord.PLAIN, world.cluster().record().orElseThrow().record());
    world.delete(key);
    assertEquals(Map.of(), world.view.records());
    assertTrue(world.cluster().record().isEmpty());
  }

  @Test
  void aRosterIsGatheredAnewWhenAHostChangesInMoreThanItsGeneration() throws Exception {
    world.start();
    world.put(hostKey, host(false), 0);
    Roster first = world.cluster().roster();

    HostRecord grown = World.record(World.host(1, false), 7, 7, now());
    world.put(hostKey, Json.write(grown), 0);
    assertSame(first, world.cluster().roster());
    assertEquals(7, world.cluster().host(World.id(1)).orElseThrow().record().generation());

    world.put(hostKey, host(true), 0);
    assertEquals(List.of(World.id(1)), seeds());
    assertEquals(1, world.cluster().seeds().size());
    world.delete(hostKey);
    assertEquals(List.of(), world.cluster().seeds());
    world.put(hostKey, host(false), 0);
    assertEquals(List.of(), seeds());
  }

  @Test
  void whatAHostHoldsSharesItsNamesThoughItsRecordIsWrittenAgain() throws Exception {
    world.start();
    world.put(hostKey, host(false), 0);
    HostRecord first = world.cluster().host(World.id(1)).orElseThrow().record();
    HostRecord grown = World.record(World.host(1, false), 7, 7, now());
    world.put(hostKey, Json.write(grown), 0);
    world.put(holderKey, holder(false, 3), 0);
    HolderRecord held =
        world.cluster().swarm(World.task(1)).holder(World.id(1)).orElseThrow().record();
    HostRecord now = world.cluster().host(World.id(1)).orElseThrow().record();
    assertEquals(7, now.generation());
    assertSame(first.host(), now.host());
    assertSame(first.host(), held.host());
    assertSame(first.address(), held.address());
  }

  @Test
  void forgetsWhatIsDeleted() throws Exception {
    world.start();
    world.put(hostKey, host(true), 0);
    world.put(holderKey, holder(true, 10), 0);
    world.delete(holderKey);
    world.delete(hostKey);
    assertEquals(List.of(), names());
    assertEquals(Set.of(), world.cluster().heldBy(World.id(1)));
    assertEquals(Set.of(), world.cluster().tasks());
  }

  @Test
  void aValueThatIsNoRecordCountsAsAbsent() throws Exception {
    world.start();
    world.put(hostKey, host(true), 0);
    world.put(hostKey, "{not json", 0);
    world.put(holderKey, "{\"host\":\"n1\"}", 0);
    world.put(slotKey, "[]", 0);
    world.put(taskKey, Json.write(new TaskRecord(World.task(2), "", 0, now())), 0);
    assertEquals(List.of(), names());
    assertEquals(Set.of(), world.cluster().tasks());
    world.put(hostKey, host(false), 0);
    assertEquals(List.of(World.id(1)), names());
  }

  @Test
  void aRecordUnderAnotherHostsKeyIsNotBelieved() throws Exception {
    world.start();
    world.put(new Key.Host(World.CLUSTER, World.id(2)), host(false), 0);
    assertEquals(List.of(), names());
  }

  @Test
  void isNotLoadedUntilTheStoreAnswersAndAsksLessAndLessOften() throws Exception {
    world.store.unreachable(true);
    world.start();
    assertFalse(world.view.loaded());
    List<Long> waits = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      Duration next = world.scheduler.untilNext();
      waits.add(next.toMillis());
      world.scheduler.pass(next);
    }
    assertEquals(List.of(200L, 400L, 800L, 1600L, 3200L, 5000L, 5000L), waits);
    world.store.unreachable(false);
    world.scheduler.pass(Duration.ofSeconds(5));
    assertTrue(world.view.loaded() && world.view.following());
  }

  @Test
  void aLostWatchShowsTheLastViewUntilANewSnapshot() throws Exception {
    world.put(hostKey, host(false), 0);
    world.start();
    world.store.unreachable(true);
    world.store.loseWatches();
    assertFalse(world.view.following());
    assertTrue(world.view.loaded());
    world.delete(hostKey);
    world.scheduler.pass(Duration.ofSeconds(3));
    assertEquals(List.of(World.id(1)), names());
    world.store.unreachable(false);
    world.scheduler.pass(Duration.ofSeconds(5));
    assertTrue(world.view.following());
    assertEquals(List.of(), names());
    world.put(hostKey, host(false), 0);
    assertEquals(List.of(World.id(1)), names());
  }

  @Test
  void learnsOwnWritesAndIsNotTurnedBackByOlderNews() throws Exception {
    world.put(holderKey, holder(false, 1), 0);
    world.start();
    Transaction write =
        new Transaction(
            List.of(),
            List.of(new Transaction.Put(holderKey.text(), holder(false, 9), 0)),
            List.of(),
            List.of(slotKey.text()));
    var later = new TransactionResult(true, 1000, List.of());
    world.view.learn(write, later);
    assertEquals(9, bandOf(holderKey));
    world.put(holderKey, holder(false, 2), 0);
    world.delete(holderKey);
    assertEquals(9, bandOf(holderKey));
  }

  @Test
  void learnsThatWhatWasReadIsAbsent() throws Exception {
    world.start();
    world.put(slotKey, Json.write(slot()), 0);
    Transaction read = new Transaction(List.of(), List.of(), List.of(), List.of(slotKey.text()));
    var absent = new TransactionResult(true, 1000, List.of());
    world.view.learn(read, absent);
    assertTrue(world.cluster().swarm(World.task(1)).slot(0).isEmpty());
  }

  @Test
  void learnsWhatStandsThoughNothingWasWritten() throws Exception {
    world.start();
    Transaction write =
        new Transaction(
            List.of(new Transaction.Condition(slotKey.text(), 0)),
            List.of(new Transaction.Put(slotKey.text(), "not written", 0)),
            List.of(),
            List.of(slotKey.text()));
    Entry standing = new Entry(slotKey.text(), Json.write(slot()), 77, 5);
    world.view.learn(write, new TransactionResult(false, 1000, List.of(standing)));
    assertEquals(
        new Seen<>(slot(), 77, 5),
        world.cluster().swarm(World.task(1)).slot(0).orElseThrow().seen());
  }

  @Test
  void beginsAnewWhenTheStoreWasReplaced() throws Exception {
    world.put(hostKey, host(false), 0);
    world.start();
    world.view.compare(new Snapshot("another", 5000, List.of()), world.view.revision());
    assertFalse(world.view.following());
    world.delete(hostKey);
    world.scheduler.pass(Duration.ofSeconds(1));
    assertTrue(world.view.following());
    assertEquals(List.of(), names());
  }

  @Test
  void beginsAnewWhenTheStoreWentBack() {
    world.start();
    Snapshot here = world.memory.snapshot(Key.ROOT);
    world.view.compare(here, here.revision() + 1);
    assertFalse(world.view.following());
  }

  @Test
  void goesOnWhenTheStoreIsTheSame() {
    world.start();
    world.view.compare(world.memory.snapshot(Key.ROOT), world.view.revision());
    assertTrue(world.view.following());
  }

  @Test
  void showsTheTokensAndForgetsThoseThatAreRevoked() throws Exception {
    Key.Token key = new Key.Token("k3");
    world.put(key, token("k3"), 0);
    world.start();
    assertEquals("k3", world.view.token("k3").orElseThrow().record().id());
    assertEquals(1, world.view.tokens().size());
    world.put(new Key.Token("k4"), token("k3"), 0);
    assertTrue(world.view.token("k4").isEmpty());
    world.delete(key);
    assertEquals(List.of(), List.copyOf(world.view.tokens()));
  }

  @Test
  void anAnswerThatWasOnItsWayDoesNotBringARevokedTokenBack() throws Exception {
    Key.Token key = new Key.Token("k3");
    world.put(key, token("k3"), 0);
    world.start();
    Transaction read = new Transaction(List.of(), List.of(), List.of(), List.of(key.text()));
    TransactionResult late = world.memory.commit(read);
    world.delete(key);
    world.view.learn(read, late);
    assertTrue(world.view.token("k3").isEmpty());
    world.put(key, token("k3"), 0);
    assertTrue(world.view.token("k3").isPresent());
  }

  @Test
  void anAnswerThatIsOlderThanWhatWasLoadedTeachesNothing() throws Exception {
    Key.Token key = new Key.Token("k3");
    world.put(key, token("k3"), 0);
    Transaction read = new Transaction(List.of(), List.of(), List.of(), List.of(key.text()));
    TransactionResult late = world.memory.commit(read);
    world.delete(key);
    world.start();
    world.view.learn(read, late);
    assertTrue(world.view.token("k3").isEmpty());
  }

  @Test
  void theAuditIsNotLoaded() throws Exception {
    world.put(new Key.Audit(now(), "00000001"), "{}", 0);
    world.put(hostKey, host(false), 0);
    world.start();
    world.put(new Key.Audit(now(), "00000002"), "{}", 0);
    assertEquals(List.of(World.id(1)), names());
    assertTrue(world.view.following());
  }

  private String token(String id) {
    return Json.write(
        new TokenRecord(
            id,
            "ci",
            AccessRole.VIEWER,
            List.of(),
            "sha256:" + "ab".repeat(32),
            now(),
            Optional.empty(),
            "test"));
  }

  @Test
  void afterItsEndNothingIsFollowed() {
    world.start();
    world.view.close();
    world.store.loseWatches();
    world.scheduler.pass(Duration.ofSeconds(10));
    assertFalse(world.view.following());
  }

  private List<HostId> names() {
    return world.cluster().roster().hosts().stream().map(HostRecord::host).toList();
  }

  private List<HostId> seeds() {
    return world.cluster().seeds().stream().map(HostRecord::host).toList();
  }

  private int bandOf(Key.Holder key) {
    return world.cluster().swarm(key.task()).holder(key.host()).orElseThrow().record().band();
  }

  private Instant now() {
    return world.clock.instant();
  }

  private String host(boolean seed) {
    var host = World.host(1, seed);
    return Json.write(World.record(host, 7, 0, now()));
  }

  private String holder(boolean sealed, int band) {
    var host = World.host(1, false);
    return Json.write(new HolderRecord(host.id(), host.address(), false, sealed, band, now()));
  }

  private OriginSlotRecord slot() {
    var host = World.host(1, false);
    return new OriginSlotRecord(host.id(), host.address(), now(), 0);
  }
}
