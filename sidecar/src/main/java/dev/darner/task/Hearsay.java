package dev.darner.task;

import dev.darner.model.HostAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * Peers of whom others said that they get the same: each is looked at, though not for ever. Touched
 * by the one who touches its {@link Filling}.
 */
final class Hearsay {
  /** How often at most one is looked at... */
  private static final int LOOKS = 4;

  /** ...and how long after it had nothing yet. */
  private static final Duration BETWEEN = Duration.ofMillis(500);

  private final Map<HostAddress, Looked> looks = new HashMap<>();

  /** How often, and when, a peer was looked at since it was named. */
  private record Looked(int times, Instant last) {
    static final Looked NEVER = new Looked(0, Instant.EPOCH);
  }

  /** Whether one that was named is to be looked at now; then it counts as looked at. */
  boolean isWorthALook(HostAddress peer, Instant now) {
    Looked before = looks.getOrDefault(peer, Looked.NEVER);
    if (before.times() >= LOOKS || now.isBefore(before.last().plus(BETWEEN))) {
      return false;
    }
    looks.put(peer, new Looked(before.times() + 1, now));
    return true;
  }
}
