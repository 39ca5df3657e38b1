package dev.darner.sidecar;

import dev.darner.model.ServerUrl;
import dev.darner.settings.CommandFailure;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options of TLS. */
final class TlsOptions {
  @Option(
      names = "--tls",
      paramLabel = "on|off",
      defaultValue = "off",
      description = {
        "Speak TLS only, with functions and sidecars, each of which proves its name by a certificate",
        "of the authority of --peer-tls-ca. This host gets its own from the functions, and renews it",
        "in time, or brings one. Registry and admin stay plain text: leave them on loopback",
        "(default: ${DEFAULT-VALUE})."
      })
  private Switch tls;

  @Option(
      names = "--join-token-file",
      paramLabel = "FILE",
      description = {
        "Holds a token of the role host, by which this host gets its first certificate; needed again",
        "only when that has ended (default: none)."
      })
  private Optional<Path> joinToken = Optional.empty();

  @Option(
      names = "--peer-tls-cert",
      paramLabel = "FILE",
      description = {
        "This host's certificate (PEM), for both sides of a connection between sidecars, which",
        "then speak TLS only, and with --tls on for functions; followed, so that it can be renewed",
        "in place. With --tls on it names the host as a DNS name (default: none)."
      })
  private Optional<Path> certificate = Optional.empty();

  @Option(
      names = "--peer-tls-key",
      paramLabel = "FILE",
      description = "Its private key (PEM, PKCS#8, not encrypted).")
  private Optional<Path> key = Optional.empty();

  @Option(
      names = "--peer-tls-ca",
      paramLabel = "FILE",
      description = {
        "The authority of this cluster (PEM): whoever has a certificate of it is taken for a",
        "sidecar, and nobody else is; without --tls on under whatever name."
      })
  private Optional<Path> authority = Optional.empty();

  /** Whether something is done. */
  enum Switch {
    ON,
    OFF;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * What they say together.
   *
   * @param functions with which TLS is spoken, if it is on
   */
  SidecarConfig.Tls settings(List<ServerUrl> functions) {
    boolean named = tls == Switch.ON;
    require(
        certificate.isPresent() == key.isPresent()
            && (named || certificate.isPresent() == authority.isPresent()),
        "--peer-tls-cert, --peer-tls-key and --peer-tls-ca are given together or not at all");
    require(named || joinToken.isEmpty(), "--join-token-file needs --tls on");
    require(!named || authority.isPresent(), "--tls on needs --peer-tls-ca");
    require(
        !named || functions.stream().allMatch(url -> url.url().getScheme().equals("https")),
        "with --tls on, --functions are https://HOST:PORT");
    require(
        !named || certificate.isPresent() || !functions.isEmpty(),
        "--tls on needs --functions to get a certificate from, or --peer-tls-cert");
    return new SidecarConfig.Tls(
        named,
        authority,
        certificate.map(file -> new SidecarConfig.Brought(file, key.get())),
        joinToken);
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new CommandFailure(message);
    }
  }
}
