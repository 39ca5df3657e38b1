package dev.darner.orders;

import java.time.Duration;

/** Lets time pass. */
@FunctionalInterface
public interface Pause {
  void rest(Duration time) throws InterruptedException;
}
