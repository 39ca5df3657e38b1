package dev.darner.origin;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The connections that may be in use at a time, so that load does not decide how much memory they
 * take. One server never has all of them, so that one that hangs leaves some to the others. Safe
 * for use by many threads.
 */
final class Places {
  private final int most;
  private final int mostOfOne;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition freed = lock.newCondition();
  private final Map<Endpoint, Integer> taken = new HashMap<>();
  private int all;

  Places(int most, int mostOfOne) {
    this.most = most;
    this.mostOfOne = mostOfOne;
  }

  /**
   * Waits for a place, to be given back.
   *
   * @throws OriginException.Unavailable when there is none in time
   */
  void take(Endpoint endpoint, Deadline deadline) throws OriginException, InterruptedException {
    lock.lockInterruptibly();
    try {
      while (all >= most || taken.getOrDefault(endpoint, 0) >= mostOfOne) {
        if (!freed.await(deadline.left().toNanos(), TimeUnit.NANOSECONDS)) {
          throw new OriginException.Unavailable(
              "this node reads as much as it may at a time: no place for " + endpoint);
        }
      }
      all++;
      taken.merge(endpoint, 1, Integer::sum);
    } finally {
      lock.unlock();
    }
  }

  void giveBack(Endpoint endpoint) {
    lock.lock();
    try {
      all--;
      taken.computeIfPresent(endpoint, (same, count) -> count == 1 ? null : count - 1);
      freed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
