package dev.darner.seeding;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for what another thread will bring about. */
final class Eventually {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(2);

  private Eventually() {}

  static void holds(BooleanSupplier condition) {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < deadline, "it did not come true");
      LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
    }
  }

  static boolean throwsAny(Supplier<?> call) {
    try {
      var _ = call.get();
      return false;
    } catch (RuntimeException e) {
      return true;
    }
  }
}
