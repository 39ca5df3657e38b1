package dev.darner.origin;

import java.net.URI;
import java.util.Comparator;
import java.util.List;

/**
 * The servers that this node may dial for content. Where several items fit, the most exact one
 * decides; an item without {@code http://} means HTTPS.
 *
 * @param rules most exact first
 */
public record AllowList(List<AllowRule> rules) {
  /** The large public registries. */
  public static final List<String> DEFAULT_ITEMS =
      List.of(
          "docker.io",
          "ghcr.io",
          "quay.io",
          "registry.k8s.io",
          "gcr.io",
          "public.ecr.aws",
          "mcr.microsoft.com");

  private static final String DOCKER_HUB = "docker.io";
  private static final String DOCKER_HUB_SERVER = "registry-1.docker.io";
  private static final Comparator<AllowRule> EXACT_FIRST =
      Comparator.comparing((AllowRule rule) -> !rule.explicit())
          .thenComparingInt(rule -> -rule.host().length());

  public AllowList {
    rules = rules.stream().sorted(EXACT_FIRST).toList();
  }

  /**
   * Reads items such as {@code registry.example}, {@code registry.example:5000}, {@code
   * http://HOST:PORT}, {@code *.SUFFIX} and {@code *}.
   *
   * @throws IllegalArgumentException naming the first item that is none of these
   */
  public static AllowList parse(List<String> items) {
    return new AllowList(items.stream().map(AllowRule::parse).toList());
  }

  /** How a registry is dialled. */
  Upstream registry(String registry) throws OriginException.NotAllowed {
    for (AllowRule rule : rules) {
      Endpoint candidate = named(registry, rule.scheme());
      if (rule.allows(candidate)) {
        return new Upstream(dialled(candidate), rule.explicit());
      }
    }
    throw notAllowed(registry, registry);
  }

  /** How a file's server is dialled. */
  Upstream server(URI url) throws OriginException.NotAllowed {
    Endpoint endpoint = Endpoint.of(url);
    for (AllowRule rule : rules) {
      if (rule.allows(endpoint)) {
        return new Upstream(endpoint, rule.explicit());
      }
    }
    throw notAllowed(endpoint.authority(), endpoint.allowItem());
  }

  /** An item names this very server. */
  boolean names(Endpoint endpoint) {
    return rules.stream().anyMatch(rule -> rule.explicit() && rule.allows(endpoint));
  }

  private static Endpoint named(String registry, String scheme) {
    int port = Endpoint.portOf(registry, Endpoint.defaultPort(scheme));
    return new Endpoint(scheme, Endpoint.hostOf(registry), port);
  }

  private static Endpoint dialled(Endpoint named) {
    boolean hub = named.host().equals(DOCKER_HUB);
    return hub ? new Endpoint(named.scheme(), DOCKER_HUB_SERVER, named.port()) : named;
  }

  private static OriginException.NotAllowed notAllowed(String who, String item) {
    return new OriginException.NotAllowed(
        who + " is not an allowed upstream: start the sidecar with --allow " + item);
  }
}
