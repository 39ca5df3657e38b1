package dev.darner.model;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Where a host stands, as far as nearness goes.
 *
 * @param zone hosts of one zone reach one another best; empty when not known
 * @param region of several zones; empty when not known
 * @param labels what else the operator says of it, {@value #MOST_LABELS} at most
 */
public record Topology(String zone, String region, Map<String, String> labels) {
  private static final Pattern WORD = Pattern.compile("(?:[A-Za-z0-9][-A-Za-z0-9._]{0,62})?");
  private static final Pattern NAME = Pattern.compile("[-A-Za-z0-9._/]{1,63}");

  /** Nothing is known. */
  public static final Topology UNKNOWN = new Topology("", "", Map.of());

  /** As many as say something of nearness. */
  public static final int MOST_LABELS = 16;

  /**
   * Checks the words.
   *
   * @throws IllegalArgumentException when one is longer than 63 characters or has others than
   *     letters, digits and {@code ._-} (the name of a label {@code /} too), or when there are too
   *     many labels
   */
  public Topology {
    require(WORD, "zone", zone);
    require(WORD, "region", region);
    labels = Map.copyOf(labels);
    if (labels.size() > MOST_LABELS) {
      throw new IllegalArgumentException("a host has at most " + MOST_LABELS + " labels");
    }
    labels.forEach((name, value) -> {
      require(NAME, "label's name", name);
      require(WORD, "label's value", value);
    });
  }

  /** Checks that a text is of the form of zones and regions; it may be empty. */
  public static void requireWord(String what, String text) {
    require(WORD, what, text);
  }

  private static void require(Pattern form, String what, String word) {
    if (!form.matcher(word).matches()) {
      throw new IllegalArgumentException(
          "not a %s (letters, digits and ._-, 63 characters at most): %s"
              .formatted(what, Quoted.of(word)));
    }
  }

  /** How near two hosts are, the nearest first. */
  public enum Nearness {
    ZONE(0),
    REGION(1),
    ELSEWHERE(2);

    private final int steps;

    Nearness(int steps) {
      this.steps = steps;
    }

    /** How many borders lie between. */
    public int steps() {
      return steps;
    }
  }

  /** How near another host is. Those of no known zone, or region, are as those of one. */
  public Nearness to(Topology other) {
    if (!region.equals(other.region)) {
      return Nearness.ELSEWHERE;
    }
    return zone.equals(other.zone) ? Nearness.ZONE : Nearness.REGION;
  }

  /** Labels that both have with one value. */
  public int shared(Topology other) {
    return (int) labels.entrySet().stream().filter(other.labels.entrySet()::contains).count();
  }

  /**
   * The same, with the network of an address for a zone that is not known: hosts of one network
   * mostly share a switch.
   */
  public Topology at(HostAddress address) {
    return zone.isEmpty() ? new Topology(network(address), region, labels) : this;
  }

  /** The /24 or /64 that an address is in; nothing for a name. */
  private static String network(HostAddress address) {
    if (!address.isIp() || address.host().contains("%")) {
      return "";
    }
    InetAddress ip = InetAddress.ofLiteral(address.host());
    String text = ip.getHostAddress();
    return ip instanceof Inet4Address
        ? text.substring(0, text.lastIndexOf('.')) + ".0-24"
        : groups(text) + "-64";
  }

  /** The first four of eight groups, with dashes: a colon is nothing that a zone has. */
  private static String groups(String ipv6) {
    String[] groups = ipv6.split(":", -1);
    return String.join("-", groups[0], groups[1], groups[2], groups[3]);
  }
}
