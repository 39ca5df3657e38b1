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

  /** The right to elect, until it is given back; by whichever thread. */
  interface Turn {
    void giveBack();
  }

  /**
   * Waits for the turn of what shall be elected for.
   *
   * @return empty when it did not come in time
   */
  Optional<Turn> take(Object about, Duration patience) throws InterruptedException {
    Semaphore turn = turns[Math.floorMod(about.hashCode(), COUNT)];
    return turn.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS)
        ? Optional.of(turn::release)
        : Optional.empty();
  }
}
