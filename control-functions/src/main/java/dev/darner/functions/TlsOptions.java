package dev.darner.functions;

import dev.darner.identity.IdentitySettings;
import dev.darner.settings.SettingsException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** The options of TLS. */
final class TlsOptions {
  @Option(
      names = "--tls",
      paramLabel = "on|off",
      defaultValue = "off",
      description = {
        "Speak TLS only, and take calls of a host only from who shows that host's certificate. An",
        "ingress must pass TLS through (default: ${DEFAULT-VALUE})."
      })
  private Switch tls;

  @Option(
      names = "--ca-cert",
      paramLabel = "FILE",
      description = "PEM: the authority of hosts, the same for every replica; the first one signs.")
  private Optional<Path> caCert = Optional.empty();

  @Option(
      names = "--ca-key",
      paramLabel = "FILE",
      description = {
        "PEM, PKCS#8: its private key, the same for every replica (default: none; no certificates",
        "are signed, hosts bring theirs)."
      })
  private Optional<Path> caKey = Optional.empty();

  @Option(
      names = "--tls-cert",
      paramLabel = "FILE",
      description = "PEM: the functions' own certificate; followed (default: one is signed).")
  private Optional<Path> cert = Optional.empty();

  @Option(names = "--tls-key", paramLabel = "FILE", description = "PEM, PKCS#8: its private key.")
  private Optional<Path> key = Optional.empty();

  @Option(
      names = "--tls-name",
      paramLabel = "NAME",
      split = ",",
      description = {
        "DNS names and addresses by which the functions are reached, for the certificate that is",
        "signed (default: that of --listen, this machine's, localhost)."
      })
  private List<String> names = List.of();

  @Option(
      names = "--certificate-life",
      paramLabel = "DURATION",
      defaultValue = "24h",
      description = {
        "How long a certificate holds that is signed; it is renewed when two thirds are over",
        "(default: ${DEFAULT-VALUE})."
      })
  private Duration life;

  /** Whether something is done. */
  enum Switch {
    ON,
    OFF;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What they say together; empty for plain text. */
  Optional<IdentitySettings> settings() {
    if (tls == Switch.OFF) {
      boolean none = Stream.of(caCert, caKey, cert, key).allMatch(Optional::isEmpty);
      require(none && names.isEmpty(), "--tls on is what --ca-cert, --ca-key and --tls-... need");
      return Optional.empty();
    }
    require(caCert.isPresent(), "--tls on needs --ca-cert");
    require(cert.isPresent() == key.isPresent(), "--tls-cert and --tls-key are given together");
    return Optional.of(
        new IdentitySettings(
            caCert.get(),
            caKey,
            cert.map(file -> new IdentitySettings.Own(file, key.get())),
            names,
            life));
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new SettingsException(message);
    }
  }
}
