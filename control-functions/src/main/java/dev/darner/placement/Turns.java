package dev.darner.placement;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Lets one thread at a time elect for a task, so that a thousand hosts which ask a replica together
 * cost the store one election and not a thousand. A few tasks share a turn. Any thread may call.
 */
final class Turns {
  private static final int COUNT = 256;

  private final Semaphore[] turns =
      IntStream.range(0, COUNT).mapToObj(n -> new Semaphore(1)).toArray(Semaphore[]::new);

  /** Something to do in turn. */
  @FunctionalInterface
  interface Work<T, E extends Exception> {
    T run() throws E, InterruptedException;
  }

  /**
   * Does a work when it is the turn of what it is about.
   *
   * @return empty when the turn did not come in time
   */
  <T, E extends Exception> Optional<T> in(Object about, Duration patience, Work<T, E> work)
      throws E, InterruptedException {
    Semaphore turn = turns[Math.floorMod(about.hashCode(), COUNT)];
    if (!turn.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS)) {
      return Optional.empty();
    }
    try {
      return Optional.of(work.run());
    } finally {
      turn.release();
    }
  }
}
