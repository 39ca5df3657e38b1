package dev.darner.schema;

import dev.darner.model.Cidr;
import dev.darner.model.HostPattern;
import dev.darner.model.Topology;
import java.util.List;

/**
 * Which hosts belong to a cluster when they do not say so themselves: those that fit any of these.
 *
 * @param hosts names and patterns of names
 * @param cidrs ranges of the addresses at which peers reach them
 * @param zones where they stand
 * @param regions where they stand
 */
public record ClusterScopes(
    List<HostPattern> hosts, List<Cidr> cidrs, List<String> zones, List<String> regions) {
  /** Of one cluster. */
  static final int MOST = 256;

  static final ClusterScopes NONE = new ClusterScopes(List.of(), List.of(), List.of(), List.of());

  /** Checks that there are at most {@value #MOST} in all, and the form of zones and regions. */
  public ClusterScopes {
    hosts = Bounded.list("hosts", hosts, MOST);
    cidrs = Bounded.list("cidrs", cidrs, MOST);
    zones = Bounded.list("zones", zones, MOST);
    regions = Bounded.list("regions", regions, MOST);
    int all = hosts.size() + cidrs.size() + zones.size() + regions.size();
    if (all > MOST) {
      throw new IllegalArgumentException(
          "a cluster has at most %d scopes in all: %d".formatted(MOST, all));
    }
    zones.forEach(zone -> requireWord("zone", zone));
    regions.forEach(region -> requireWord("region", region));
  }

  private static void requireWord(String what, String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("a scope names a " + what + ", not an empty text");
    }
    Topology.requireWord(what, text);
  }
}
