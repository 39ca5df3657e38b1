package dev.darner.state;

import java.time.Duration;

/**
 * How long a caller waits for the store before it is answered without.
 *
 * <p>A sidecar gives the function that it asks first two thirds of its own time, so that another
 * can still answer; what is answered here must be there before. That leaves a quarter for the way.
 *
 * @param placing when a host asks for its place: it waits 300 ms, 200 ms of them for one function
 * @param reporting when a host tells something: it waits 1 s or more, 660 ms of them for one
 */
public record Patience(Duration placing, Duration reporting) {
  public static final Patience USUAL = new Patience(Duration.ofMillis(150), Duration.ofMillis(500));
}
