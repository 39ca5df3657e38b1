package dev.darner.preheat;

import static dev.darner.preheat.Preheats.member;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.PreheatId;
import dev.darner.schema.Json;
import dev.darner.schema.Key;
import dev.darner.schema.PreheatHostRecord;
import dev.darner.schema.PreheatRecord;
import dev.darner.schema.PreheatScope;
import dev.darner.schema.PreheatState;
import dev.darner.schema.PreheatSums;
import dev.darner.state.Member;
import dev.darner.state.World;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PreheatRetentionTest {
  private static final Duration KEPT = Duration.ofDays(7);

  private final World world = World.started();
  private final Retention retention = new Retention(world.view, world.reach, KEPT, world.clock);

  @AfterEach
  void stop() {
    world.close();
  }

  private static PreheatId id(int number) {
    return new PreheatId("p%05d".formatted(number));
  }

  private PreheatRecord begun(int number) {
    return PreheatRecord.begun(
        id(number),
        Preheats.request(PreheatScope.ALL_HOSTS, 0, 5),
        List.of(),
        1,
        "",
        world.clock.instant());
  }

  /** With contents and some hosts. */
  private void write(PreheatRecord record, int hosts) throws Exception {
    PreheatId id = record.id();
    world.put(new Key.Preheat(id), Json.write(record), 0);
    world.put(new Key.PreheatContents(id), Json.write(Preheats.found()), 0);
    for (int i = 0; i < hosts; i++) {
      Member host = member(i);
      world.put(
          new Key.PreheatHost(id, host.cluster(), host.host()),
          Json.write(PreheatHostRecord.waiting(host.cluster(), host.host(), Instant.EPOCH)),
          0);
    }
  }

  private PreheatRecord ended(int number, Duration ago) {
    return begun(number)
        .over(
            PreheatState.SUCCESS,
            new PreheatSums(2, 2, 0, 20, 20),
            List.of(),
            world.clock.instant().minus(ago));
  }

  private long keys(int number) {
    String prefix = new Key.Preheat(id(number)).text();
    return world.keys().stream()
        .filter(key -> key.equals(prefix) || key.startsWith(prefix + "/"))
        .count();
  }

  @Test
  void whatIsOverForLongGoesWithAllThatBelongsToIt() throws Exception {
    write(ended(1, KEPT), 2);
    write(ended(2, KEPT.minusSeconds(1)), 2);
    write(begun(3), 2);
    world.pass(Duration.ofMillis(1));

    retention.sweep();

    assertEquals(0, keys(1));
    assertEquals(4, keys(2));
    assertEquals(4, keys(3));
  }

  @Test
  void whatIsLeftOfOneWhoseRecordSomebodyRemovedGoes() throws Exception {
    write(ended(1, Duration.ZERO), 2);
    world.delete(new Key.Preheat(id(1)));
    retention.sweep();
    assertEquals(0, keys(1));
  }

  @Test
  void ofThoseThatEndedLongBeforeOthersOnlyTheSumsStay() throws Exception {
    for (int i = 0; i <= Retention.MOST_DETAILED; i++) {
      write(ended(i, Duration.ofMinutes(i)), 1);
    }
    write(begun(9999), 1);

    retention.sweep();

    assertEquals(3, keys(0));
    assertEquals(3, keys(Retention.MOST_DETAILED - 1));
    assertEquals(1, keys(Retention.MOST_DETAILED));
    assertEquals(3, keys(9999));
    Shown.Item shown =
        world.view.preheats().find(id(Retention.MOST_DETAILED)).flatMap(Shown::item).orElseThrow();
    assertEquals(2, shown.hostCounts().done());
    assertEquals(20, shown.bytes());
    world.store.takeWrites();
    retention.sweep();
    assertTrue(world.store.takeWrites().isEmpty());
  }

  @Test
  void ofManyHostsThoseOfTheLatestStay() throws Exception {
    write(ended(1, Duration.ofMinutes(1)), Retention.MOST_HOSTS);
    write(ended(2, Duration.ofMinutes(2)), 1);
    retention.sweep();
    assertEquals(Retention.MOST_HOSTS + 2, keys(1));
    assertEquals(1, keys(2));
  }

  @Test
  void aReplicaThatIsCutOffRemovesNothing() throws Exception {
    write(ended(1, KEPT.plusSeconds(1)), 1);
    world.store.unreachable(true);
    retention.sweep();
    world.store.unreachable(false);
    assertFalse(keys(1) == 0);
  }
}
