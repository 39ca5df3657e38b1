package dev.darner.origin;

import dev.darner.model.Quoted;
import dev.darner.model.Repository;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One item of an allow list: the servers that it lets this node dial.
 *
 * @param scheme {@code https}, or {@code http} where the item says so
 * @param host a host, {@code *.SUFFIX} for the hosts below it, or {@code *} for all
 * @param port the only port; {@link #ANY_PORT} for a pattern that names none
 */
public record AllowRule(String scheme, String host, int port) {
  /** Every port will do. */
  public static final int ANY_PORT = -1;

  private static final String ALL = "*";
  private static final Pattern FORM =
      Pattern.compile("(?:(?<scheme>https?)://)?(?<host>\\*|(?:\\*\\.)?[^*/?#@\\s]+?)/?");

  /**
   * Reads {@code registry.example}, {@code registry.example:5000}, {@code http://HOST[:PORT]},
   * {@code *.SUFFIX} or {@code *}.
   *
   * @throws IllegalArgumentException when it is none of these
   */
  static AllowRule parse(String item) {
    Matcher matcher = FORM.matcher(item);
    if (!matcher.matches()) {
      throw malformed(item, null);
    }
    String scheme = matcher.group("scheme") == null ? Endpoint.HTTPS : matcher.group("scheme");
    try {
      return of(scheme, matcher.group("host"));
    } catch (IllegalArgumentException e) {
      throw malformed(item, e);
    }
  }

  private static AllowRule of(String scheme, String pattern) {
    if (pattern.equals(ALL)) {
      return new AllowRule(scheme, ALL, ANY_PORT);
    }
    String wildcard = pattern.startsWith("*.") ? "*." : "";
    String authority = Repository.canonicalRegistry(pattern.substring(wildcard.length()));
    int unsaid = wildcard.isEmpty() ? Endpoint.defaultPort(scheme) : ANY_PORT;
    return new AllowRule(
        scheme, wildcard + Endpoint.hostOf(authority), Endpoint.portOf(authority, unsaid));
  }

  private static IllegalArgumentException malformed(String item, Throwable cause) {
    return new IllegalArgumentException(
        Quoted.of(item)
            + " is no upstream to allow: write registry.example, registry.example:5000,"
            + " http://HOST:PORT, *.SUFFIX or *",
        cause);
  }

  /** It names one host, not a pattern. */
  boolean explicit() {
    return !host.startsWith(ALL);
  }

  boolean allows(Endpoint endpoint) {
    return scheme.equals(endpoint.scheme())
        && (port == ANY_PORT || port == endpoint.port())
        && namesHost(endpoint.host());
  }

  private boolean namesHost(String other) {
    return explicit() ? host.equals(other) : other.endsWith(host.substring(1));
  }
}
