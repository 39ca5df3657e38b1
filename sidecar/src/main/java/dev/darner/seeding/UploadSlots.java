package dev.darner.seeding;

import java.util.concurrent.Semaphore;

/** The pieces that may be given at a time. Safe for use by many threads. */
final class UploadSlots extends Semaphore {
  private static final long serialVersionUID = 1;

  private int count;

  UploadSlots(int count) {
    super(count);
    this.count = count;
  }

  /** Changes how many there are; uploads beyond a smaller number go on to their end. */
  synchronized void resize(int other) {
    if (other > count) {
      release(other - count);
    } else {
      reducePermits(count - other);
    }
    count = other;
  }

  /** Percent of them that are taken; 100 too when more are than there shall be. */
  synchronized int load() {
    return Math.clamp(100L * (count - availablePermits()) / count, 0, 100);
  }
}
