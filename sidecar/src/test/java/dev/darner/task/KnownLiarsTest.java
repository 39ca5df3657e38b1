package dev.darner.task;

import static dev.darner.task.FillingScript.A;
import static dev.darner.task.FillingScript.B;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.darner.model.Digest;
import dev.darner.model.TaskId;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KnownLiarsTest {
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final Liars liars = new Liars(() -> now);

  private static TaskId task(int number) {
    return TaskId.of(Digest.sha256(new byte[] {(byte) number, (byte) (number >> 8)}));
  }

  @Test
  void theyAreRememberedForTenMinutesSinceTheLastLie() {
    liars.add(task(1), Set.of(A));
    now = now.plus(Duration.ofMinutes(9));
    liars.add(task(1), Set.of(B));
    now = now.plus(Duration.ofMinutes(9));
    assertEquals(Set.of(A, B), liars.of(task(1)));
    assertEquals(Set.of(), liars.of(task(2)));
    now = now.plus(Duration.ofMinutes(1));
    assertEquals(Set.of(), liars.of(task(1)));
  }

  @Test
  void thoseOfTheLast256ContentsAreRemembered() {
    for (int i = 0; i <= 256; i++) {
      liars.add(task(i), Set.of(A));
    }
    assertEquals(Set.of(), liars.of(task(0)));
    assertEquals(Set.of(A), liars.of(task(1)));
    assertEquals(Set.of(A), liars.of(task(256)));
  }
}
