package dev.darner.model;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where something listens, in one spelling: addresses are equal when they are written differently,
 * and home seeds are chosen by the text.
 *
 * @param host a DNS name in lower case or an IP address as Java writes it, IPv6 without brackets
 *     and without {@code ::}; 253 characters at most
 * @param port 1 to 65535, or 0 for one that the system chooses
 */
public record HostAddress(String host, int port) {
  private static final String NAME = "[-A-Za-z0-9._]+";
  private static final Pattern HOST =
      Pattern.compile(NAME + "|[0-9a-fA-F.]*:[0-9a-fA-F:.]*(?:%" + NAME + ")?");
  private static final Pattern MAYBE_IP = Pattern.compile("[0-9.]+|.*:.*");
  private static final Pattern FORM =
      Pattern.compile("(?:\\[(?<v6>[^]:]*:[^]]*)]|(?<name>[^:]+)):(?<port>[0-9]{1,5})");
  private static final int HIGHEST_PORT = 65535;
  private static final int LONGEST = 253;

  public HostAddress {
    if (host.length() > LONGEST
        || !HOST.matcher(host).matches()
        || port < 0
        || port > HIGHEST_PORT) {
      throw refused(host, port);
    }
    host = spelled(host);
    if (host.length() > LONGEST) {
      throw refused(host, port);
    }
  }

  private static IllegalArgumentException refused(String host, int port) {
    return new IllegalArgumentException("not an address: " + Quoted.of(host + ":" + port));
  }

  /** An IPv6 zone is the name of an interface, whose case counts. */
  private static String spelled(String host) {
    int zone = host.indexOf('%');
    if (zone < 0) {
      return ip(host).map(InetAddress::getHostAddress).orElse(host.toLowerCase(Locale.ROOT));
    }
    String address = host.substring(0, zone);
    return ip(address)
            .filter(Inet6Address.class::isInstance)
            .map(InetAddress::getHostAddress)
            .orElse(address.toLowerCase(Locale.ROOT))
        + host.substring(zone);
  }

  private static Optional<InetAddress> ip(String host) {
    if (!MAYBE_IP.matcher(host).matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.ofLiteral(host));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Whether only this machine can connect to it. */
  public boolean isLoopback() {
    return host.equals("localhost") || ip(host).filter(InetAddress::isLoopbackAddress).isPresent();
  }

  /** Whether it means all addresses of this machine, by none of which others could call it. */
  public boolean isAnywhere() {
    return ip(host).filter(InetAddress::isAnyLocalAddress).isPresent();
  }

  /** Whether the host is an IP address and no name. */
  public boolean isIp() {
    return host.contains(":") || ip(host).isPresent();
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

  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
