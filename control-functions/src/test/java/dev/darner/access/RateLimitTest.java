package dev.darner.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.state.FakeClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RateLimitTest {
  private final FakeClock clock = new FakeClock();
  private final RateLimit limit = new RateLimit(3, Duration.ofMinutes(1), clock);

  @Test
  void soManyAreFreeAtOnceAndThenOneAfterAWhile() {
    take(3);
    Duration wait = limit.take("a");
    assertTrue(wait.compareTo(Duration.ofSeconds(20)) >= 0, wait::toString);
    clock.pass(wait);
    assertEquals(Duration.ZERO, limit.take("a"));
    assertTrue(limit.take("a").isPositive());
  }

  @Test
  void aLongRestSavesNoMore() {
    clock.pass(Duration.ofDays(1));
    take(3);
    assertTrue(limit.take("a").isPositive());
    clock.pass(Duration.ofDays(1));
    take(3);
    assertTrue(limit.take("a").isPositive());
  }

  @Test
  void whoIsRefusedPaysNothingForIt() {
    take(3);
    for (int i = 0; i < 100; i++) {
      assertTrue(limit.take("a").isPositive());
    }
    clock.pass(Duration.ofMinutes(1));
    take(3);
  }

  @Test
  void whatIsGivenBackCanBeTakenAgain() {
    take(3);
    limit.giveBack("a");
    take(1);
    assertTrue(limit.take("a").isPositive());
    clock.pass(Duration.ofMinutes(1));
    limit.giveBack("a");
    take(3);
    assertTrue(limit.take("a").isPositive());
  }

  @Test
  void everybodyHasHisOwn() {
    take(3);
    assertEquals(Duration.ZERO, limit.take("b"));
  }

  @Test
  void aClockThatGoesBackGivesNothing() {
    take(3);
    clock.pass(Duration.ofHours(-1));
    assertTrue(limit.take("a").isPositive());
    clock.pass(Duration.ofSeconds(21));
    assertEquals(Duration.ZERO, limit.take("a"));
  }

  @Test
  void thoseWhoAskedLongAgoAreForgotten() {
    take(3);
    for (int i = 0; i < 10_000; i++) {
      limit.take("other-" + i);
    }
    take(3);
  }

  private void take(int count) {
    for (int i = 0; i < count; i++) {
      assertEquals(Duration.ZERO, limit.take("a"));
    }
  }
}
