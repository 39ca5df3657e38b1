package dev.darner.model;

import java.net.InetAddress;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where something listens.
 *
 * @param host a DNS name or an IP address, IPv6 without brackets; 253 characters at most
 * @param port 1 to 65535, or 0 for one that the system chooses
 */
public record HostAddress(String host, int port) {
  private static final String NAME = "[-A-Za-z0-9._]+";
  private static final Pattern HOST =
      Pattern.compile(NAME + "|[0-9a-fA-F.]*:[0-9a-fA-F:.]*(?:%" + NAME + ")?");
  private static final Pattern FORM =
      Pattern.compile("(?:\\[(?<v6>[^]:]*:[^]]*)]|(?<name>[^:]+)):(?<port>[0-9]{1,5})");
  private static final int HIGHEST_PORT = 65535;
  private static final int LONGEST = 253;

  public HostAddress {
    if (host.length() > LONGEST
        || !HOST.matcher(host).matches()
        || port < 0
        || port > HIGHEST_PORT) {
      throw new IllegalArgumentException("not an address: " + Quoted.of(host + ":" + port));
    }
  }

  /**
   * Reads {@code HOST:PORT} or {@code [IPV6]:PORT}.
   *
   * @throws IllegalArgumentException when it is neither
   */
  public static HostAddress parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not HOST:PORT: " + Quoted.of(text));
    }
    String host = matcher.group("v6") == null ? matcher.group("name") : matcher.group("v6");
    return new HostAddress(host, Integer.parseInt(matcher.group("port")));
  }

  /**
   * The same address in its one spelling: the name in lower case, or the IP address as Java writes
   * it. Home seeds are chosen by the text, so whoever chooses must spell alike.
   */
  public HostAddress canonical() {
    String lower = host.toLowerCase(Locale.ROOT);
    return new HostAddress(isIp() ? InetAddress.ofLiteral(lower).getHostAddress() : lower, port);
  }

  /** Whether the host is an IP address and no name. */
  public boolean isIp() {
    try {
      return InetAddress.ofLiteral(host) != null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
