package dev.darner.rig;

import java.util.concurrent.locks.LockSupport;

/** Lets bytes pass at a steady rate, all who use it together. Safe for use by many threads. */
final class Pace {
  private static final double NANOS_PER_SECOND = 1e9;

  private final double nanosPerByte;
  private long nextFree = System.nanoTime();

  /**
   * @param bytesPerSecond the rate; {@link Long#MAX_VALUE} for none
   */
  Pace(long bytesPerSecond) {
    nanosPerByte = bytesPerSecond == Long.MAX_VALUE ? 0 : NANOS_PER_SECOND / bytesPerSecond;
  }

  /** Returns once {@code bytes} more may have passed. */
  void pass(int bytes) {
    long until = reserve(bytes);
    for (long now = System.nanoTime(); until - now > 0; now = System.nanoTime()) {
      LockSupport.parkNanos(until - now);
    }
  }

  private synchronized long reserve(int bytes) {
    long now = System.nanoTime();
    nextFree = Math.max(nextFree, now) + (long) (bytes * nanosPerByte);
    return nextFree;
  }
}
