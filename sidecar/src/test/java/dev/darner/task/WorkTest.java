package dev.darner.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WorkTest {
  private final Work work = new Work();

  /** Runs on another thread; completes with what it threw, or with null. */
  private static CompletableFuture<Throwable> start(Callable<?> body) {
    CompletableFuture<Throwable> outcome = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(() -> {
          try {
            body.call();
            outcome.complete(null);
          } catch (Throwable e) {
            outcome.complete(e);
          }
        });
    return outcome;
  }

  @Test
  void aWorkerThatWaitsIsInterrupted() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CompletableFuture<Throwable> outcome =
        start(() -> {
          work.begin();
          begun.countDown();
          new CountDownLatch(1).await();
          return null;
        });
    begun.await();
    work.stop();
    assertInstanceOf(InterruptedException.class, Node.get(outcome));
  }

  @Test
  void aWorkerThatWritesIsInterruptedOnlyAfterwards() throws Exception {
    CountDownLatch writing = new CountDownLatch(1);
    CountDownLatch stopped = new CountDownLatch(1);
    CompletableFuture<Throwable> outcome =
        start(() -> {
          work.begin();
          boolean interrupted =
              work.shield(() -> {
                writing.countDown();
                stopped.await();
                return Thread.currentThread().isInterrupted();
              });
          assertFalse(interrupted);
          assertTrue(Thread.interrupted());
          return null;
        });
    writing.await();
    work.stop();
    stopped.countDown();
    assertEquals(null, Node.get(outcome));
  }

  @Test
  void whatWasStoppedBeforeDoesNotBegin() {
    work.stop();
    assertThrows(InterruptedException.class, work::begin);
    assertThrows(InterruptedException.class, () -> work.shield(() -> "written"));
  }

  @Test
  void whatHasEndedIsNotInterrupted() throws Exception {
    work.begin();
    work.end();
    work.stop();
    assertFalse(Thread.interrupted());
    assertTrue(work.isStopped());
  }
}
