package dev.darner.controlplane;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Keeps calls away from what does not answer, so that they lose no time. Safe for use by many
 * threads.
 *
 * <pre>
 * closed  → open     {@value #FAILURES} failures in a row
 * open    → trying   the back-off is over, or there is a sign of life: one call may go
 * trying  → closed   it succeeded
 * trying  → open     it failed: the back-off doubles
 * trying  → open     it was given up: another may try at once
 * </pre>
 */
final class Breaker {
  private static final int FAILURES = 3;
  static final Duration FIRST_BACKOFF = Duration.ofSeconds(5);
  static final Duration LONGEST_BACKOFF = Duration.ofSeconds(60);

  private final InstantSource clock;
  private int failures;
  private boolean trying;
  private Duration backoff = FIRST_BACKOFF;
  private Instant retryAt = Instant.MIN;

  Breaker(InstantSource clock) {
    this.clock = clock;
  }

  /** Whether a call may go now; its end must be told. */
  synchronized boolean lets() {
    if (!isOpen()) {
      return true;
    }
    if (trying || clock.instant().isBefore(retryAt)) {
      return false;
    }
    trying = true;
    return true;
  }

  synchronized boolean isOpen() {
    return failures >= FAILURES;
  }

  synchronized void succeeded() {
    failures = 0;
    trying = false;
    backoff = FIRST_BACKOFF;
  }

  synchronized void failed() {
    boolean wasOpen = isOpen();
    failures = Math.min(FAILURES, failures + 1);
    if (wasOpen && trying) {
      Duration doubled = backoff.multipliedBy(2);
      backoff = doubled.compareTo(LONGEST_BACKOFF) < 0 ? doubled : LONGEST_BACKOFF;
    }
    if (isOpen() && (trying || !wasOpen)) {
      retryAt = clock.instant().plus(backoff);
    }
    trying = false;
  }

  /** A call that was let go ended without telling anything. */
  synchronized void givenUp() {
    trying = false;
  }

  /** Something of the same kind answered: the next call may try. */
  synchronized void signOfLife() {
    retryAt = Instant.MIN;
    backoff = FIRST_BACKOFF;
  }
}
