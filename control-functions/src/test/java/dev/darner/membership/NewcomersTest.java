package dev.darner.membership;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.darner.schema.StateException;
import dev.darner.state.World;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NewcomersTest {
  private final World world = World.waiting(Duration.ofMillis(50));
  private final Newcomers newcomers = new Newcomers(2);

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void asManyAsMayBeAreLetInAndNoMore() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(2);
    for (int i = 0; i < 2; i++) {
      // Whoever is not waited for any more goes on, and keeps its place.
      assertThrows(
          StateException.Unavailable.class,
          () ->
              newcomers.admit(
                  world.reach,
                  store -> {
                    end.await();
                    ended.countDown();
                    return "slow";
                  }));
    }
    assertEquals(Optional.empty(), newcomers.admit(world.reach, store -> "third"));
    end.countDown();
    ended.await();
    assertEquals("in", admitted());
  }

  /** The place of who has ended is free a moment later. */
  private String admitted() throws Exception {
    Optional<String> admitted = newcomers.admit(world.reach, store -> "in");
    while (admitted.isEmpty()) {
      Thread.onSpinWait();
      admitted = newcomers.admit(world.reach, store -> "in");
    }
    return admitted.get();
  }

  @Test
  void whoeverFailsMakesRoom() throws Exception {
    for (int i = 0; i < 3; i++) {
      assertThrows(
          StateException.NoLease.class,
          () ->
              newcomers.admit(
                  world.reach,
                  store -> {
                    throw new StateException.NoLease("gone", null);
                  }));
    }
    assertEquals("in", admitted());
  }
}
