package dev.darner.origin;

import java.time.Duration;

/**
 * Until when several waits may last together.
 *
 * @param due as {@link System#nanoTime} counts
 */
record Deadline(long due) {

  static Deadline in(Duration limit) {
    return new Deadline(System.nanoTime() + limit.toNanos());
  }

  /** What is left; nothing, once it has passed. */
  Duration left() {
    return Duration.ofNanos(Math.max(0, due - System.nanoTime()));
  }
}
