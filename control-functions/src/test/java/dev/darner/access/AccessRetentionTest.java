package dev.darner.access;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.darner.schema.AccessRole;
import dev.darner.schema.AuditRecord;
import dev.darner.schema.Json;
import dev.darner.schema.Key;
import dev.darner.schema.TokenRecord;
import dev.darner.state.World;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AccessRetentionTest {
  private final World world = World.started();
  private final AccessRetention retention =
      new AccessRetention(world.view, world.reach, world.clock);
  private int entries;

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void whatIsOlderThanAMonthGoes() throws Exception {
    putEntries(250);
    world.clock.pass(AccessRetention.OLDEST_ENTRY.minus(Duration.ofMinutes(1)));
    putEntries(1);
    sweep();
    assertEquals(251, audit().size());
    world.clock.pass(Duration.ofMinutes(2));
    sweep();
    assertEquals(1, audit().size());
  }

  @Test
  void whatIsTooMuchGoesTheOldestFirst() throws Exception {
    putEntries(AccessRetention.MOST_ENTRIES + 123);
    List<String> newest = audit().subList(123, AccessRetention.MOST_ENTRIES + 123);
    sweep();
    assertEquals(newest, audit());
  }

  @Test
  void twoReplicasSweepSideBySide() throws Exception {
    World other = world.replica().start();
    putEntries(AccessRetention.MOST_ENTRIES + 50);
    sweep();
    new AccessRetention(other.view, other.reach, world.clock).sweep();
    assertEquals(AccessRetention.MOST_ENTRIES, audit().size());
    other.close();
  }

  @Test
  void aTokenGoesADayAfterItExpired() throws Exception {
    Instant end = world.clock.instant().plusSeconds(60);
    putToken("one", Optional.of(end));
    putToken("two", Optional.empty());
    world.clock.pass(AccessRetention.EXPIRED_FOR);
    sweep();
    assertEquals(2, world.view.tokens().size());
    world.clock.pass(Duration.ofMinutes(1));
    sweep();
    assertEquals(
        List.of("two"), world.view.tokens().stream().map(seen -> seen.record().id()).toList());
  }

  @Test
  void nothingGoesByAnOldView() throws Exception {
    putEntries(1);
    world.clock.pass(AccessRetention.OLDEST_ENTRY.plusSeconds(1));
    world.store.loseWatches();
    sweep();
    assertEquals(1, audit().size());
  }

  @Test
  void sweepsAgainAndAgain() throws Exception {
    retention.start(world.scheduler);
    for (int i = 0; i < 2; i++) {
      putEntries(1);
      world.clock.pass(AccessRetention.OLDEST_ENTRY.plusSeconds(1));
      world.scheduler.pass(Duration.ofMinutes(1));
      assertEquals(List.of(), audit());
    }
  }

  private void sweep() {
    retention.sweep();
  }

  private List<String> audit() {
    return world.keys().stream().filter(key -> key.startsWith(Key.AUDIT)).toList();
  }

  private void putEntries(int count) throws Exception {
    for (int i = 0; i < count; i++) {
      Instant now = world.clock.instant();
      world.put(
          new Key.Audit(now, "%08x".formatted(entries++)),
          Json.write(new AuditRecord(now, "", "open", "test", "", "200 OK", "")),
          0);
    }
  }

  private void putToken(String id, Optional<Instant> expires) throws Exception {
    world.put(
        new Key.Token(id),
        Json.write(
            new TokenRecord(
                id,
                id,
                AccessRole.VIEWER,
                List.of(),
                "sha256:" + "ab".repeat(32),
                world.clock.instant(),
                expires,
                "test")),
        0);
  }
}
