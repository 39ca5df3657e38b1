package dev.darner.state;

import java.time.Duration;

/**
 * How long a caller waits for the store before it is answered without.
 *
 * <p>A sidecar gives the function that it asks first two thirds of its own time, so that another
 * can still answer; what is answered here must be there before. That leaves a sixth or more for the
 * way.
 *
 * @param placing when a host asks for its place: it turns to hosts that it knows after 300 ms, but
 *     waits 1.8 s, 1.2 s of them for one function, before it reads the origin without a word
 * @param reporting when a host tells something: it waits 1 s or more, 660 ms of them for one
 */
public record Patience(Duration placing, Duration reporting) {
  public static final Patience USUAL = new Patience(Duration.ofSeconds(1), Duration.ofMillis(500));
}
