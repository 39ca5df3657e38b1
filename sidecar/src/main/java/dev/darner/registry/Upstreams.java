package dev.darner.registry;

import dev.darner.model.Repository;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds out which registry a request means. */
final class Upstreams {
  /** Runtimes that read a mirror's path as an image name allow no colon in it. */
  private static final Pattern UNDERSCORE_PORT = Pattern.compile("(.+)_([0-9]{1,5})");

  private Upstreams() {}

  /**
   * The repository of a request: in the registry of {@code ns}, or that of the path's first
   * component where this is a host ({@code HOST}, {@code HOST:PORT} or {@code HOST_PORT}), or the
   * default one.
   *
   * @throws Refusal when none is named (404) or it is malformed (400)
   */
  static Repository repository(
      List<String> components, Optional<String> ns, Optional<String> defaultUpstream)
      throws Refusal {
    if (ns.isPresent()) {
      return repository(ns.get(), components);
    }
    Optional<String> host = host(components.getFirst(), defaultUpstream.isEmpty());
    if (host.isPresent() && components.size() > 1) {
      return repository(host.get(), components.subList(1, components.size()));
    }
    if (defaultUpstream.isPresent()) {
      return repository(defaultUpstream.get(), components);
    }
    throw new Refusal(
        404,
        OciCodes.NAME_UNKNOWN,
        "which registry? Name it with ?ns=REGISTRY or as /v2/REGISTRY/NAME/..., or start the"
            + " sidecar with --default-upstream REGISTRY");
  }

  private static Repository repository(String registry, List<String> components) throws Refusal {
    try {
      return new Repository(registry, String.join("/", components));
    } catch (IllegalArgumentException e) {
      throw new Refusal(400, OciCodes.NAME_INVALID, e.getMessage());
    }
  }

  /**
   * The registry that a component names, if it does.
   *
   * @param surely there is no other way to read it, so that a port makes a host of a single word
   */
  private static Optional<String> host(String component, boolean surely) {
    Matcher port = UNDERSCORE_PORT.matcher(component);
    if (port.matches() && (surely || isHost(port.group(1)))) {
      return Optional.of(port.group(1) + ":" + port.group(2));
    }
    return isHost(component) ? Optional.of(component) : Optional.empty();
  }

  private static boolean isHost(String component) {
    return component.indexOf('.') >= 0
        || component.indexOf(':') >= 0
        || component.equals("localhost");
  }
}
