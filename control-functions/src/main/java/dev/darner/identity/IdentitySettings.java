package dev.darner.identity;

import dev.darner.settings.SettingsException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How the functions speak TLS, and for whom they sign.
 *
 * @param authority PEM file of the certificates that are believed; the first signs
 * @param authorityKey private key of that; empty when another signs for hosts and functions
 * @param own certificate of the functions themselves with its key; empty to sign one
 * @param names by which the functions are reached, beside those of the machine
 * @param life of what is signed, {@value #SHORTEST_SECONDS} seconds to a year
 */
public record IdentitySettings(
    Path authority,
    Optional<Path> authorityKey,
    Optional<Own> own,
    List<String> names,
    Duration life) {
  private static final long SHORTEST_SECONDS = 3;
  private static final Duration LONGEST = Duration.ofDays(365);
  public static final Duration USUAL_LIFE = Duration.ofHours(24);

  public IdentitySettings {
    names = List.copyOf(names);
    require(
        authorityKey.isPresent() || own.isPresent(),
        "--tls on needs --ca-key, to sign certificates, or --tls-cert and --tls-key");
    require(
        life.toSeconds() >= SHORTEST_SECONDS && life.compareTo(LONGEST) <= 0,
        "--certificate-life is 3s to 8760h");
  }

  /** PEM files: a certificate with those between it and the authority, and its private key. */
  public record Own(Path certificate, Path key) {}

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new SettingsException(message);
    }
  }

  /** In one line, for the log. */
  @Override
  public String toString() {
    return "tls on, ca-cert %s%s%s, certificate-life %ds"
        .formatted(
            authority,
            authorityKey.map(key -> ", ca-key " + key).orElse(""),
            own.map(files -> ", tls-cert " + files.certificate()).orElse(""),
            life.toSeconds());
  }
}
