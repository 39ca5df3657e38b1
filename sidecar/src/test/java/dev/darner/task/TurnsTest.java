package dev.darner.task;

import static dev.darner.task.FillingScript.A;
import static dev.darner.task.FillingScript.B;
import static dev.darner.task.Node.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TurnsTest {
  private final Turns turns = new Turns(4);

  @Test
  void onePeerTakesHalfOfTheTurnsAtMostAndOthersTheRest() throws Exception {
    turns.take(A);
    turns.take(A);
    CountDownLatch third = new CountDownLatch(1);
    CompletableFuture<Void> done = new CompletableFuture<>();
    Thread.startVirtualThread(() -> {
      try {
        third.countDown();
        turns.take(A);
        done.complete(null);
      } catch (InterruptedException e) {
        done.completeExceptionally(e);
      }
    });
    third.await();
    turns.take(B);
    turns.take(B);
    assertFalse(done.isDone());
    turns.giveBack(A);
    get(done);
    turns.giveBack(A);
    turns.giveBack(A);
    turns.giveBack(B);
    turns.giveBack(B);
    assertEquals(0, turns.peers());
  }

  @Test
  void whoIsStoppedWhileItWaitsLeavesNothingBehind() throws Exception {
    turns.take(A);
    turns.take(A);
    CompletableFuture<Void> done = new CompletableFuture<>();
    Thread waiting =
        Thread.startVirtualThread(() -> {
          try {
            turns.take(A);
          } catch (InterruptedException e) {
            done.complete(null);
          }
        });
    waiting.interrupt();
    get(done);
    turns.giveBack(A);
    turns.giveBack(A);
    assertEquals(0, turns.peers());
  }

  @Test
  void moreTurnsLetMoreInAtOnceAndFewerOnlyOnceTheyAreGivenBack() throws Exception {
    turns.take(A);
    turns.take(A);
    turns.resize(6);
    turns.take(A);
    turns.resize(1);
    CompletableFuture<Void> done = new CompletableFuture<>();
    Thread.startVirtualThread(() -> {
      try {
        turns.take(B);
        done.complete(null);
      } catch (InterruptedException e) {
        done.completeExceptionally(e);
      }
    });
    turns.giveBack(A);
    turns.giveBack(A);
    assertFalse(done.isDone());
    turns.giveBack(A);
    get(done);
    turns.giveBack(B);
    assertEquals(0, turns.peers());
  }
}
