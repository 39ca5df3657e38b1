package dev.darner.controlplane;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BreakerTest {
  private final FakeClock clock = new FakeClock();
  private final Breaker breaker = new Breaker(clock);

  @Test
  void itOpensAtTheThirdFailureInARow() {
    fail();
    fail();
    assertTrue(breaker.lets());
    breaker.succeeded();
    fail();
    fail();
    assertFalse(breaker.isOpen());
    fail();
    assertTrue(breaker.isOpen());
    assertFalse(breaker.lets());
  }

  @Test
  void whileOpenOneTriesAfterEachBackOffWhichDoubles() {
    open();
    for (int seconds : new int[] {5, 10, 20, 40, 60, 60}) {
      clock.advance(Duration.ofSeconds(seconds).minusMillis(1));
      assertFalse(breaker.lets(), () -> "too soon, before " + seconds + " s");
      clock.advance(Duration.ofMillis(1));
      assertTrue(breaker.lets(), () -> "not after " + seconds + " s");
      assertFalse(breaker.lets(), "a second one at the same time");
      breaker.failed();
    }
  }

  @Test
  void oneSuccessClosesItAndTheBackOffBeginsAnew() {
    open();
    clock.advance(Breaker.FIRST_BACKOFF);
    fail();
    clock.advance(Breaker.FIRST_BACKOFF.multipliedBy(2));
    assertTrue(breaker.lets());
    breaker.succeeded();
    assertTrue(breaker.lets());
    assertTrue(breaker.lets());
    open();
    clock.advance(Breaker.FIRST_BACKOFF);
    assertTrue(breaker.lets());
  }

  @Test
  void aSignOfLifeLetsOneTryAtOnce() {
    open();
    breaker.signOfLife();
    assertTrue(breaker.lets());
    assertFalse(breaker.lets());
  }

  @Test
  void aTryThatIsGivenUpLeavesThePlaceToAnother() {
    open();
    clock.advance(Breaker.FIRST_BACKOFF);
    assertTrue(breaker.lets());
    breaker.givenUp();
    assertTrue(breaker.lets());
  }

  @Test
  void failuresOfCallsThatWereUnderWayDoNotLengthenTheBackOff() {
    open();
    clock.advance(Breaker.FIRST_BACKOFF.minusMillis(1));
    breaker.failed();
    clock.advance(Duration.ofMillis(1));
    assertTrue(breaker.lets());
  }

  private void open() {
    fail();
    fail();
    fail();
  }

  private void fail() {
    assertTrue(breaker.lets());
    breaker.failed();
  }
}
