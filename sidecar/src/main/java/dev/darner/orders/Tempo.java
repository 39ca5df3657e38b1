package dev.darner.orders;

import java.time.Duration;
import java.time.InstantSource;
import java.util.function.DoubleSupplier;

/**
 * How time passes between two tries.
 *
 * @param chance from 0 to 1, so that hosts do not try all at once; for many threads
 */
public record Tempo(Pause pause, InstantSource clock, DoubleSupplier chance) {

  /** Lets time pass. */
  @FunctionalInterface
  public interface Pause {
    void rest(Duration time) throws InterruptedException;
  }
}
