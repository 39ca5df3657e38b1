package dev.darner.tasks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.schema.ErrandRecord;
import dev.darner.schema.ErrandRecord.Kind;
import dev.darner.schema.Json;
import dev.darner.schema.Key;
import dev.darner.state.World;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a replica tells of errands that its view does not show. */
class ErrandDeskTest {
  private static final String ID = "delete-1";
  private static final Word RUNNING = new Word("errand/" + ID, false, false, "", List.of());

  private final World world = World.started();
  private final ErrandDesk desk = new ErrandDesk(world.view, world.reach, world.clock);

  @AfterEach
  void stop() {
    world.close();
  }

  /** Stands in the store, and the view hears nothing of it. */
  private void begunUnseen() throws Exception {
    world.store.withholdNews(true);
    ErrandRecord record =
        new ErrandRecord(
            ID,
            Kind.DELETE,
            World.task(1),
            "",
            List.of(),
            List.of("c/n1"),
            world.clock.instant(),
            60);
    world.put(new Key.Errand(ID), Json.write(record), 0);
    assertTrue(world.view.errands().find(ID).isEmpty());
  }

  private List<Assignment> told(Word... words) throws Exception {
    return desk.exchange(World.host(1, false), List.of(words));
  }

  @Test
  void whatALateViewDoesNotShowIsNotCancelled() throws Exception {
    begunUnseen();
    assertEquals(List.of(), told(RUNNING));
    assertTrue(world.view.errands().find(ID).isPresent());
  }

  @Test
  void whatIsGoneIsForgottenAndWhatNobodyCanKnowIsNot() throws Exception {
    world.store.unreachable(true);
    assertEquals(List.of(), told(RUNNING));
    world.store.unreachable(false);
    Word nonsense = new Word("errand/No Name", true, true, "", List.of());
    assertEquals(
        List.of(new Assignment.Forget(RUNNING.id()), new Assignment.Forget(nonsense.id())),
        told(RUNNING, nonsense));
  }
}
