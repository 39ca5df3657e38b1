package dev.darner.controlplane;

import dev.darner.model.Host;
import dev.darner.model.Quoted;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * How this host reaches the functions, and whom it knows before any answers.
 *
 * @param functions {@code http://HOST:PORT} or {@code https://HOST:PORT}; none for a host that does
 *     without
 * @param self this host, as it introduces itself
 * @param version of this program
 * @param memory file where the last known hosts are kept
 * @param seeds named by the operator
 */
public record ControlPlaneSettings(
    List<URI> functions, Host self, String version, Path memory, SeedList seeds) {

  public ControlPlaneSettings {
    functions = List.copyOf(functions);
    functions.forEach(ControlPlaneSettings::requireEndpoint);
  }

  private static void requireEndpoint(URI url) {
    boolean bare =
        url.getRawUserInfo() == null
            && url.getRawQuery() == null
            && url.getRawFragment() == null
            && Set.of("", "/").contains(String.valueOf(url.getRawPath()));
    if (!Set.of("http", "https").contains(String.valueOf(url.getScheme()))
        || url.getHost() == null
        || !bare) {
      throw new IllegalArgumentException(
          "not http://HOST:PORT or https://HOST:PORT: " + Quoted.of(url.toString()));
    }
  }
}
