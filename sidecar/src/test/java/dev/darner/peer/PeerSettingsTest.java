package dev.darner.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.transport.Lines;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PeerSettingsTest {

  @Test
  void theDefaultsAreThese() {
    assertEquals(
        new PeerSettings(
            Duration.ofSeconds(1),
            Duration.ofMillis(1500),
            Duration.ofSeconds(5),
            Duration.ofMinutes(1),
            48,
            16,
            Optional.empty()),
        PeerSettings.DEFAULTS);
  }

  /** The wait, and the time until that is noticed. */
  @Test
  void aPeerThatSendsNothingIsLeftWithinTwoSeconds() {
    Duration limit = PeerSettings.DEFAULTS.stallLimit();
    Duration shorter = Collections.min(List.of(limit, PeerSettings.DEFAULTS.dialLimit()));
    Duration noticed = limit.plus(shorter.dividedBy(Lines.LOOKS_A_LIMIT));
    assertTrue(noticed.compareTo(Duration.ofSeconds(2)) <= 0, noticed::toString);
  }

  @Test
  void limitsArePositive() {
    Duration one = Duration.ofSeconds(1);
    assertThrows(
        IllegalArgumentException.class,
        () -> new PeerSettings(one, one, one, Duration.ZERO, 1, 1, Optional.empty()));
    assertThrows(
        IllegalArgumentException.class,
        () -> new PeerSettings(one, one, one, one, 0, 1, Optional.empty()));
  }
}
