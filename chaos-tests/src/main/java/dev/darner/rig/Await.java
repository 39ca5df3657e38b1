package dev.darner.rig;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for a condition, never for a time: it is looked at again and again until a deadline. */
public final class Await {
  private static final long PAUSE_NANOS = Duration.ofMillis(20).toNanos();

  private Await() {}

  /**
   * Returns once {@code condition} holds.
   *
   * @param what the condition in words, for the error
   * @throws AssertionError when it does not hold in time
   */
  public static void until(String what, Duration deadline, BooleanSupplier condition) {
    value(what, deadline, () -> condition.getAsBoolean() ? Optional.of(true) : Optional.empty());
  }

  /**
   * Returns the first value that {@code source} gives.
   *
   * @throws AssertionError when it gives none in time
   */
  public static <T> T value(String what, Duration deadline, Supplier<Optional<T>> source) {
    long end = System.nanoTime() + deadline.toNanos();
    while (true) {
      Optional<T> value = source.get();
      if (value.isPresent()) {
        return value.get();
      }
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("not within " + deadline.toSeconds() + " s: " + what);
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }
}
