package dev.darner.model;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Set;

/**
 * Where a server answers HTTP: {@code http://HOST:PORT} or {@code https://HOST:PORT}, and nothing
 * else.
 *
 * @param url with a host, and with no path but {@code /}
 */
public record ServerUrl(URI url) {
  private static final Set<String> SCHEMES = Set.of("http", "https");
  private static final int MOST_PORT = 65_535;
  private static final Set<String> NO_PATH = Set.of("", "/");

  public ServerUrl {
    if (!SCHEMES.contains(String.valueOf(url.getScheme())) || url.getHost() == null || !bare(url)) {
      throw refused(url.toString(), null);
    }
  }

  private static boolean bare(URI url) {
    return url.getPort() <= MOST_PORT
        && url.getRawUserInfo() == null
        && url.getRawQuery() == null
        && url.getRawFragment() == null
        && NO_PATH.contains(String.valueOf(url.getRawPath()));
  }

  private static IllegalArgumentException refused(String text, Throwable cause) {
    return new IllegalArgumentException(
        "not http://HOST:PORT or https://HOST:PORT: " + Quoted.of(text), cause);
  }

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static ServerUrl parse(String text) {
    try {
      return new ServerUrl(new URI(text));
    } catch (URISyntaxException e) {
      throw refused(text, e);
    }
  }

  /** The URL of a path there, which begins with a slash. */
  public URI at(String path) {
    return url.resolve(path);
  }

  @Override
  public String toString() {
    return url.toString();
  }
}
