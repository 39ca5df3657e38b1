package dev.darner.tasks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.darner.rest.Principal;
import dev.darner.rest.Problem;
import dev.darner.schema.AccessRole;
import dev.darner.schema.ErrandRecord;
import dev.darner.schema.ErrandRecord.Kind;
import dev.darner.schema.Json;
import dev.darner.schema.Key;
import dev.darner.state.World;
import io.helidon.http.Status;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How many errands there are at most, and how one is found. */
class ErrandryTest {
  private static final Principal WHO =
      new Principal("", "somebody", AccessRole.OPERATOR, Set.of(), "10.0.0.9");

  private final World world = World.started();
  private final Errandry errandry =
      new Errandry(world.view, world.reach, world.clock, new Random(1));

  @AfterEach
  void stop() {
    world.close();
  }

  private ErrandRecord begin(Kind kind, String id) throws Exception {
    errandry.requireRoom(kind);
    ErrandRecord record =
        new ErrandRecord(
            id,
            kind,
            kind == Kind.DELETE ? World.task(1) : null,
            kind == Kind.RESOLVE ? "docker.io/library/alpine:3" : "",
            List.of(),
            List.of("c/n1"),
            errandry.now(),
            60);
    var _ = errandry.begin(record);
    return record;
  }

  @Test
  void distributionsTakeNoRoomFromDeletions() throws Exception {
    for (int i = 0; i < Errandry.MOST_OPEN; i++) {
      begin(Kind.RESOLVE, "resolve-" + i);
    }
    Problem full = assertThrows(Problem.class, () -> errandry.requireRoom(Kind.RESOLVE));
    assertEquals(Status.TOO_MANY_REQUESTS_429, full.status());
    begin(Kind.DELETE, "delete-1");
    world.clock.pass(Duration.ofMinutes(1));
    begin(Kind.RESOLVE, "resolve-later");
  }

  @Test
  void theOldestThatIsOverMakesRoomForAnother() throws Exception {
    begin(Kind.RESOLVE, "resolve-first");
    for (int i = 0; i < Errandry.MOST_KEPT + 2; i++) {
      begin(Kind.DELETE, "delete-" + i);
      world.clock.pass(Duration.ofMinutes(1));
    }
    List<String> keys = world.keys().stream().filter(key -> key.startsWith(Key.ERRANDS)).toList();
    assertEquals(Errandry.MOST_KEPT + 1, keys.size());
    for (String gone : List.of("delete-0", "delete-1")) {
      Problem none = assertThrows(Problem.class, () -> errandry.find(gone, Kind.DELETE, WHO));
      assertEquals(Status.NOT_FOUND_404, none.status());
    }
    assertEquals("delete-2", errandry.find("delete-2", Kind.DELETE, WHO).id());
  }

  @Test
  void oneIsLookedForByItsWholeNameAlone() throws Exception {
    world.store.withholdNews(true);
    begunElsewhere("delete-1");
    begunElsewhere("delete-12");
    assertEquals("delete-1", errandry.find("delete-1", Kind.DELETE, WHO).id());
    assertEquals(1, world.view.errands().list().size());
    assertThrows(Problem.class, () -> errandry.find("d", Kind.DELETE, WHO));
    assertEquals(1, world.view.errands().list().size());
  }

  private void begunElsewhere(String id) throws Exception {
    ErrandRecord record =
        new ErrandRecord(
            id, Kind.DELETE, World.task(1), "", List.of(), List.of("c/n1"), errandry.now(), 60);
    world.put(new Key.Errand(id), Json.write(record), 0);
  }
}
