package dev.darner.task;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs what it is given one after another, each seeing what those before did. The giver never
 * waits. Safe for use by many threads.
 */
final class Mailbox {
  private final Executor executor;
  private final Queue<Runnable> letters = new ConcurrentLinkedQueue<>();
  private final AtomicInteger unread = new AtomicInteger();

  Mailbox(Executor executor) {
    this.executor = executor;
  }

  /**
   * Runs {@code letter} after all that was given before, on a thread of the executor; on this one
   * once the executor is shut, so that nobody waits for an answer in vain.
   */
  void put(Runnable letter) {
    letters.add(letter);
    if (unread.getAndIncrement() == 0) {
      try {
        executor.execute(this::read);
      } catch (RejectedExecutionException e) {
        read();
      }
    }
  }

  private void read() {
    int seen = unread.get();
    while (seen > 0) {
      for (int i = 0; i < seen; i++) {
        letters.remove().run();
      }
      seen = unread.addAndGet(-seen);
    }
  }
}
