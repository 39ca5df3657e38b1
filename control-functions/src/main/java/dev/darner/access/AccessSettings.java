package dev.darner.access;

import dev.darner.settings.SettingsException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How the REST interface is guarded. Limits are those of one replica.
 *
 * @param mode who may ask
 * @param adminTokenFile holds the text of the first admin's token; empty for one that is made
 * @param requestsPerSecond of one token, or without tokens of one address; 1 to {@value #MOST}
 * @param failuresPerMinute of one address that shows tokens which are none, 1 to {@value #MOST}
 */
public record AccessSettings(
    AccessMode mode, Optional<Path> adminTokenFile, int requestsPerSecond, int failuresPerMinute) {
  private static final int MOST = 1_000_000;

  public AccessSettings {
    require(
        mode == AccessMode.TOKENS || adminTokenFile.isEmpty(),
        "--admin-token-file needs --access tokens; the access is open");
    requireRate(requestsPerSecond, "--requests-per-second");
    requireRate(failuresPerMinute, "--failures-per-minute");
  }

  private static void requireRate(int rate, String flag) {
    require(rate >= 1 && rate <= MOST, "%s is 1 to %d".formatted(flag, MOST));
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new SettingsException(message);
    }
  }

  /** In one line, for the log. */
  @Override
  public String toString() {
    return "access %s%s, requests-per-second %d, failures-per-minute %d"
        .formatted(
            mode,
            adminTokenFile.map(file -> ", admin-token-file " + file).orElse(""),
            requestsPerSecond,
            failuresPerMinute);
  }
}
