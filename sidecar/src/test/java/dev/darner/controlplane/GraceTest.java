package dev.darner.controlplane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.BlobRef;
import dev.darner.model.Digest;
import dev.darner.model.Repository;
import dev.darner.model.TaskId;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class GraceTest {
  private static final Duration INTERVAL = Duration.ofSeconds(3);
  private static final TaskId TASK = task(0);

  private final FakeClock clock = new FakeClock();
  private final Grace grace = new Grace(clock);

  private static TaskId task(int number) {
    Digest digest = Digest.sha256(new byte[] {(byte) number, (byte) (number >> 8)});
    return BlobRef.blob(new Repository("docker.io", "library/alpine"), digest).task();
  }

  @Test
  void nobodyWaitsWhereReadsAreNotCountedOrNothingWasHeard() {
    assertTrue(grace.wordless(TASK).isEmpty());
    grace.announced(false, INTERVAL);
    assertTrue(grace.wordless(TASK).isEmpty());
  }

  @Test
  void aTaskWaitsForSixSecondsAndThenNoMore() {
    for (int half = 0; half < 12; half++) {
      grace.announced(true, INTERVAL);
      Placement placement = grace.wordless(TASK).orElseThrow();
      assertEquals(Placement.Role.WAIT, placement.role());
      assertEquals(Grace.AGAIN, placement.again());
      clock.advance(Duration.ofMillis(500));
    }
    assertTrue(grace.wordless(TASK).isEmpty(), "6 s are over");
    clock.advance(Duration.ofSeconds(1));
    grace.announced(true, INTERVAL);
    assertTrue(grace.wordless(TASK).isEmpty(), "they do not begin anew");
    assertTrue(grace.wordless(task(1)).isPresent(), "another task has its own");
    grace.settled(TASK);
    assertTrue(grace.wordless(TASK).isPresent(), "a word was heard meanwhile");
  }

  @Test
  void functionsOfWhichNothingIsHeardAreNotWaitedFor() {
    grace.announced(true, INTERVAL);
    clock.advance(INTERVAL.multipliedBy(2).plusMillis(999));
    assertTrue(grace.wordless(TASK).isPresent(), "one announcement may fail");
    clock.advance(Duration.ofMillis(1));
    assertTrue(grace.wordless(TASK).isEmpty());
    grace.announced(true, INTERVAL);
    grace.announced(false, INTERVAL);
    assertTrue(grace.wordless(TASK).isEmpty(), "the budget was taken away");
  }

  @Test
  void twoAnnouncementsThatNobodyAnswersEndIt() {
    grace.announced(true, Duration.ofMinutes(1));
    grace.missed();
    assertTrue(grace.wordless(TASK).isPresent(), "one may fail");
    grace.missed();
    assertTrue(grace.wordless(TASK).isEmpty());
    grace.announced(true, INTERVAL);
    grace.missed();
    assertTrue(grace.wordless(TASK).isPresent(), "the count begins anew");
  }

  @Test
  void aSilenceOfAPullThatIsOverIsForgotten() {
    assertTrue(waits(TASK));
    clock.advance(Duration.ofSeconds(61));
    assertTrue(waits(TASK), "the next pull has its own");
  }

  @Test
  void moreThanAThousandWaitNotAtAll() {
    for (int number = 0; number < 1_000; number++) {
      assertTrue(waits(task(number)));
    }
    assertFalse(waits(task(1_000)));
    assertTrue(waits(TASK), "those who wait are not disturbed");
    clock.advance(Grace.LONGEST);
    assertFalse(waits(TASK));
    clock.advance(Duration.ofMinutes(1));
    assertTrue(waits(task(1_000)), "there is room again");
  }

  private boolean waits(TaskId task) {
    grace.announced(true, INTERVAL);
    return grace.wordless(task).isPresent();
  }
}
