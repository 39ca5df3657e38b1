package dev.darner.access;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * So many requests in so long, for each who asks: a bucket that fills evenly, holds as many, and
 * gives one to each request. Those of the last 10,000 who asked are kept; any thread may call.
 */
final class RateLimit {
  private static final int KEPT = 10_000;

  private final int count;
  private final Duration period;
  private final InstantSource clock;

  /** Guarded by this. */
  private final Recent<Bucket> buckets = new Recent<>(KEPT);

  /**
   * @param count requests in each period, and at once after a rest
   */
  RateLimit(int count, Duration period, InstantSource clock) {
    this.count = count;
    this.period = period;
    this.clock = clock;
  }

  /** What was left at some moment. */
  private record Bucket(double left, Instant at) {}

  /** Takes one for somebody; how long to wait before the next try when there is none, else zero. */
  synchronized Duration take(String whom) {
    Instant now = clock.instant();
    double left = left(buckets.get(whom), now);
    boolean enough = left >= 1;
    buckets.put(whom, new Bucket(enough ? left - 1 : left, now));
    return enough ? Duration.ZERO : period.dividedBy(count).plusMillis(1);
  }

  /** Takes one back that somebody took. */
  synchronized void giveBack(String whom) {
    Instant now = clock.instant();
    buckets.put(whom, new Bucket(Math.min(count, left(buckets.get(whom), now) + 1), now));
  }

  private double left(Bucket bucket, Instant now) {
    if (bucket == null) {
      return count;
    }
    double passed = Math.max(0, Duration.between(bucket.at(), now).toNanos());
    return Math.min(count, bucket.left() + passed / period.toNanos() * count);
  }
}
