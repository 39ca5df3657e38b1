package dev.darner.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PeerSettingsTest {

  @Test
  void theDefaultsAreThese() {
    assertEquals(
        new PeerSettings(
            Duration.ofSeconds(1),
            Duration.ofSeconds(5),
            Duration.ofMinutes(1),
            48,
            16,
            Optional.empty()),
        PeerSettings.DEFAULTS);
  }

  @Test
  void limitsArePositive() {
    Duration one = Duration.ofSeconds(1);
    assertThrows(
        IllegalArgumentException.class,
        () -> new PeerSettings(one, one, Duration.ZERO, 1, 1, Optional.empty()));
    assertThrows(
        IllegalArgumentException.class,
        () -> new PeerSettings(one, one, one, 0, 1, Optional.empty()));
  }
}
