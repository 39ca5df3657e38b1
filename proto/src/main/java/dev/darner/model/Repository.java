package dev.darner.model;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A repository at a registry, such as {@code library/alpine} at {@code docker.io}.
 *
 * @param registry host and optional port, lower case; Docker Hub's three names are all {@code
 *     docker.io}
 * @param name path components as the OCI distribution specification allows them, 255 characters at
 *     most
 */
public record Repository(String registry, String name) {
  private static final Set<String> DOCKER_HUB =
      Set.of("docker.io", "index.docker.io", "registry-1.docker.io");
  private static final String COMPONENT = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
  private static final Pattern NAME = Pattern.compile(COMPONENT + "(?:/" + COMPONENT + ")*");
  private static final Pattern REGISTRY =
      Pattern.compile(
          "(?:[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?|\\[[0-9a-f:.]+])(?::(?<port>[0-9]{1,5}))?",
          Pattern.CASE_INSENSITIVE);
  private static final int HIGHEST_PORT = 65535;
  private static final int LONGEST = 255;

  public Repository {
    registry = canonicalRegistry(registry);
    if (name.length() > LONGEST || !NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("not a repository name: " + Quoted.of(name));
    }
  }

  /**
   * The one name of a registry, however it was written.
   *
   * @throws IllegalArgumentException when it is no host with an optional port
   */
  public static String canonicalRegistry(String registry) {
    if (registry.length() > LONGEST || registry.contains("..") || !isRegistry(registry)) {
      throw new IllegalArgumentException("not a registry host: " + Quoted.of(registry));
    }
    String lower = registry.toLowerCase(Locale.ROOT);
    return DOCKER_HUB.contains(lower) ? "docker.io" : lower;
  }

  /** Before letters are lowered: some that are not ASCII would turn into ones that are. */
  private static boolean isRegistry(String registry) {
    Matcher matcher = REGISTRY.matcher(registry);
    if (!matcher.matches()) {
      return false;
    }
    String port = matcher.group("port");
    return port == null || Integer.parseInt(port) <= HIGHEST_PORT;
  }

  @Override
  public String toString() {
    return registry + "/" + name;
  }
}
