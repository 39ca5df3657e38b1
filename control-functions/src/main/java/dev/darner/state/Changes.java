package dev.darner.state;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** A count that grows with each change, and lets others wait for the next. For many threads. */
public final class Changes {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition grown = lock.newCondition();

  /** Guarded by the lock. */
  private long count;

  Changes() {}

  /** Something changed. */
  void happened() {
    lock.lock();
    try {
      count++;
      grown.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** How many there were. */
  public long count() {
    lock.lock();
    try {
      return count;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until there were more than {@code seen}, for a while at most.
   *
   * @return how many there were
   */
  public long await(long seen, Duration longest) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = longest.toNanos();
      while (count <= seen && left > 0) {
        left = grown.awaitNanos(left);
      }
      return count;
    } finally {
      lock.unlock();
    }
  }
}
