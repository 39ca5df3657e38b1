package dev.darner.state;

import java.time.Duration;

/**
 * How long a caller waits for the store before it is answered without.
 *
 * @param placing when a host asks for its place: it waits 300 ms, the way there and back included
 * @param reporting when a host tells something
 */
public record Patience(Duration placing, Duration reporting) {
  public static final Patience USUAL = new Patience(Duration.ofMillis(250), Duration.ofSeconds(1));
}
