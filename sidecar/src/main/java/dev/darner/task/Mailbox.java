package dev.darner.task;

import java.lang.System.Logger.Level;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Runs what it is given one after another, each seeing what those before did, whatever became of
 * them. The giver never waits. Safe for use by many threads.
 */
final class Mailbox {
  private static final System.Logger LOG = System.getLogger(Mailbox.class.getName());

  private final Executor executor;
  private final Runnable afterwards;
  private final Consumer<Throwable> broken;
  private final Queue<Runnable> letters = new ConcurrentLinkedQueue<>();
  private final AtomicInteger unread = new AtomicInteger();

  /**
   * @param afterwards run, like a letter, behind all letters that had come by then
   * @param broken told, like a letter, what a letter threw
   */
  Mailbox(Executor executor, Runnable afterwards, Consumer<Throwable> broken) {
    this.executor = executor;
    this.afterwards = afterwards;
    this.broken = broken;
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
        read(letters.remove());
      }
      read(afterwards);
      seen = unread.addAndGet(-seen);
    }
  }

  private void read(Runnable letter) {
    try {
      letter.run();
    } catch (Throwable e) {
      tellBroken(e);
    }
  }

  private void tellBroken(Throwable e) {
    try {
      broken.accept(e);
    } catch (Throwable worse) {
      worse.addSuppressed(e);
      LOG.log(Level.ERROR, "what a letter threw could not be told", worse);
    }
  }
}
