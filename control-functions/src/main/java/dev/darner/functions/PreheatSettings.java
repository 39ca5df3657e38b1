package dev.darner.functions;

import dev.darner.schema.PreheatScope;
import dev.darner.settings.SettingsException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How preheats are kept.
 *
 * @param secretKey file of the key that seals their credentials; empty when they may have none
 * @param kept how long one is kept after its end, a minute at least
 * @param harborScope of those that Harbor asks for without saying; empty for every seed, or every
 *     host where there is no seed
 */
record PreheatSettings(
    Optional<Path> secretKey, Duration kept, Optional<PreheatScope> harborScope) {
  private static final Duration SHORTEST = Duration.ofMinutes(1);
  static final PreheatSettings USUAL = new PreheatSettings(Optional.empty(), Duration.ofDays(7));

  PreheatSettings(Optional<Path> secretKey, Duration kept) {
    this(secretKey, kept, Optional.empty());
  }

  PreheatSettings {
    if (kept.compareTo(SHORTEST) < 0) {
      throw new SettingsException("--preheats-kept is at least 1m");
    }
  }
}
