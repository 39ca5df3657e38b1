package dev.darner.membership;

import static dev.darner.membership.Announcements.announcement;
import static dev.darner.membership.Announcements.held;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.membership.Announcement.Holding;
import dev.darner.state.World;
import java.time.Duration;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What hosts announce while the store has no space. */
class FullStoreTest {
  private static final Duration INTERVAL = Duration.ofSeconds(3);

  private final World world = World.started();
  private final Membership membership =
      new Membership(world.view, world.reach, world.registration, world.clock, new Random(1));

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void hostsStayAliveAndWhatIsNewIsTakenWhenThereIsSpace() throws Exception {
    world.reach.start(world.scheduler);
    whole(1, 1, held(1));
    whole(2, 1, held(2));
    world.store.full(true);
    for (int i = 0; i < 10; i++) {
      world.pass(INTERVAL);
      Surroundings unchanged = change(1, 1, 1);
      assertFalse(unchanged.degraded());
      assertFalse(unchanged.resync());
      // This one has news, and tells on from there: the whole is not asked for, again and again.
      Surroundings news = change(2, 2 + i, 1 + i, held(3));
      assertTrue(news.degraded());
      assertFalse(news.resync());
    }
    assertTrue(whole(3, 1).degraded());
    assertEquals(Set.of(World.task(1)), world.cluster().heldBy(World.id(1)));
    assertEquals(Set.of(World.task(2)), world.cluster().heldBy(World.id(2)));
    world.store.full(false);
    world.scheduler.pass(Duration.ofSeconds(1));
    assertTrue(change(2, 12, 11).resync());
    assertFalse(whole(2, 12, held(2), held(3)).resync());
    assertEquals(2, world.cluster().heldBy(World.id(2)).size());
    assertTrue(change(3, 2, 1).resync());
    assertFalse(whole(3, 2).degraded());
  }

  private Surroundings whole(int host, long generation, Holding... held) throws Exception {
    return change(host, generation, 0, held);
  }

  private Surroundings change(int host, long generation, long base, Holding... held)
      throws Exception {
    return membership.announce(announcement(host, generation, base, held));
  }
}
