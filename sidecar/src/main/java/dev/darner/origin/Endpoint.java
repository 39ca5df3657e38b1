package dev.darner.origin;

import dev.darner.model.HostAddress;
import java.net.URI;
import java.util.Locale;

/**
 * A server as it is dialled.
 *
 * @param scheme {@code http} or {@code https}
 * @param host lower case, IPv6 without brackets
 * @param port 1 to 65535
 */
record Endpoint(String scheme, String host, int port) {
  static final String HTTPS = "https";
  static final String HTTP = "http";
  private static final int HTTPS_PORT = 443;
  private static final int HTTP_PORT = 80;
  private static final int HIGHEST_PORT = 65535;

  /** The server of an absolute http or https URL. */
  static Endpoint of(URI url) {
    String scheme = url.getScheme().toLowerCase(Locale.ROOT);
    int port = url.getPort() < 0 ? defaultPort(scheme) : url.getPort();
    return new Endpoint(scheme, bare(url.getHost()), port);
  }

  /** An absolute http or https URL with a host and a port that can be. */
  static boolean dialable(URI url) {
    String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
    boolean http = scheme.equals(HTTP) || scheme.equals(HTTPS);
    return http && url.getHost() != null && url.getPort() != 0 && url.getPort() <= HIGHEST_PORT;
  }

  static int defaultPort(String scheme) {
    return scheme.equals(HTTPS) ? HTTPS_PORT : HTTP_PORT;
  }

  /** The host of {@code HOST} or {@code HOST:PORT}, without the brackets of IPv6. */
  static String hostOf(String authority) {
    int colon = portColon(authority);
    return bare(colon < 0 ? authority : authority.substring(0, colon));
  }

  /** The port of {@code HOST:PORT}; {@code otherwise} when it has none. */
  static int portOf(String authority, int otherwise) {
    int colon = portColon(authority);
    return colon < 0 ? otherwise : Integer.parseInt(authority.substring(colon + 1));
  }

  private static int portColon(String authority) {
    int colon = authority.lastIndexOf(':');
    return colon > authority.lastIndexOf(']') ? colon : -1;
  }

  private static String bare(String host) {
    String lower = host.toLowerCase(Locale.ROOT);
    return lower.startsWith("[") ? lower.substring(1, lower.length() - 1) : lower;
  }

  boolean secure() {
    return scheme.equals(HTTPS);
  }

  /** {@code HOST}, or {@code HOST:PORT} where the port is not the scheme's own. */
  String authority() {
    String bracketed = host.contains(":") ? "[" + host + "]" : host;
    return port == defaultPort(scheme) ? bracketed : new HostAddress(host, port).toString();
  }

  /** What a person adds to the allow list so that this server may be dialled. */
  String allowItem() {
    return secure() ? authority() : HTTP + "://" + authority();
  }

  /** The absolute URL of {@code path} here, which starts with a slash. */
  URI url(String path) {
    return URI.create(scheme + "://" + authority() + path);
  }

  @Override
  public String toString() {
    return authority();
  }
}
