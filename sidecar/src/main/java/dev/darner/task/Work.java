package dev.darner.task;

import java.util.concurrent.Callable;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets one thread be stopped by others, though never while it writes to a file: an interrupt there
 * would close the file for everybody. Safe for use by many threads.
 */
final class Work {
  private final ReentrantLock guard = new ReentrantLock();
  private Thread worker;
  private boolean shielded;
  private boolean stopped;

  /** The current thread begins to work. */
  void begin() throws InterruptedException {
    guard.lock();
    try {
      throwIfStopped();
      worker = Thread.currentThread();
    } finally {
      guard.unlock();
    }
  }

  /** The worker has ended; nobody interrupts it from now on. */
  void end() {
    guard.lock();
    try {
      worker = null;
    } finally {
      guard.unlock();
    }
  }

  /** Interrupts the worker, or keeps it from beginning. */
  void stop() {
    guard.lock();
    try {
      stopped = true;
      interruptUnlessShielded();
    } finally {
      guard.unlock();
    }
  }

  boolean isStopped() {
    guard.lock();
    try {
      return stopped;
    } finally {
      guard.unlock();
    }
  }

  /**
   * Does something that must not be interrupted. An interrupt that came meanwhile is made good for
   * afterwards.
   *
   * @throws InterruptedException when the work was stopped before
   */
  <T> T shield(Callable<T> callable) throws Exception {
    shielded(true);
    try {
      return callable.call();
    } finally {
      shielded(false);
    }
  }

  private void shielded(boolean next) throws InterruptedException {
    guard.lock();
    try {
      if (next) {
        throwIfStopped();
      }
      shielded = next;
      if (stopped) {
        interruptUnlessShielded();
      }
    } finally {
      guard.unlock();
    }
  }

  private void interruptUnlessShielded() {
    if (worker != null && !shielded) {
      worker.interrupt();
    }
  }

  private void throwIfStopped() throws InterruptedException {
    if (stopped) {
      throw new InterruptedException("the work was stopped");
    }
  }
}
