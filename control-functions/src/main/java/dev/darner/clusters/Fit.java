package dev.darner.clusters;

import dev.darner.model.Cidr;
import dev.darner.model.ClusterId;
import dev.darner.model.HostPattern;
import dev.darner.schema.ClusterRecord;
import dev.darner.schema.ClusterScopes;
import java.net.InetAddress;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A scope of a cluster into which a host falls. The narrowest comes first; of two that are equally
 * narrow, that of the cluster whose name comes first.
 *
 * @param kind what is compared
 * @param width of two of a kind the narrower has the smaller one
 * @param scope as it stands in the definition; empty for {@link Kind#DEFAULT}
 */
record Fit(Kind kind, int width, String scope, ClusterId cluster) implements Comparable<Fit> {
  private static final Comparator<Fit> NARROW_FIRST =
      Comparator.comparing(Fit::kind)
          .thenComparingInt(Fit::width)
          .thenComparing(fit -> fit.cluster().text())
          .thenComparing(Fit::scope);

  /** What a scope is about, the narrowest kind first. */
  enum Kind {
    /** The host's own name. */
    HOST("host"),
    /** A pattern of names; the more characters are said, the narrower. */
    PATTERN("host pattern"),
    /** A range of addresses; the longer its prefix, the narrower. */
    CIDR("cidr"),
    ZONE("zone"),
    REGION("region"),
    /** Nothing: the cluster takes whom no scope wants. */
    DEFAULT("default");

    private final String word;

    Kind(String word) {
      this.word = word;
    }
  }

  /** The narrowest scope of a cluster that a host falls into. */
  static Optional<Fit> narrowest(Candidate host, ClusterId cluster, ClusterRecord record) {
    ClusterScopes scopes = record.scopes();
    Stream<Fit> hosts =
        scopes.hosts().stream()
            .filter(pattern -> pattern.matches(host.name()))
            .map(pattern -> of(pattern, cluster));
    Optional<InetAddress> ip = scopes.cidrs().isEmpty() ? Optional.empty() : host.ip();
    Stream<Fit> cidrs =
        scopes.cidrs().stream()
            .filter(cidr -> ip.filter(cidr::contains).isPresent())
            .map(cidr -> of(cidr, cluster));
    Stream<Fit> zones = of(Kind.ZONE, scopes.zones().contains(host.zone()), host.zone(), cluster);
    Stream<Fit> regions =
        of(Kind.REGION, scopes.regions().contains(host.region()), host.region(), cluster);
    Stream<Fit> rest = of(Kind.DEFAULT, record.isDefault(), "", cluster);
    return Stream.of(hosts, cidrs, zones, regions, rest)
        .flatMap(some -> some)
        .min(Comparator.naturalOrder());
  }

  private static Fit of(HostPattern pattern, ClusterId cluster) {
    Kind kind = pattern.isExact() ? Kind.HOST : Kind.PATTERN;
    return new Fit(kind, -pattern.literals(), pattern.text(), cluster);
  }

  private static Fit of(Cidr cidr, ClusterId cluster) {
    return new Fit(Kind.CIDR, -cidr.length(), cidr.toString(), cluster);
  }

  private static Stream<Fit> of(Kind kind, boolean fits, String scope, ClusterId cluster) {
    return fits ? Stream.of(new Fit(kind, 0, scope, cluster)) : Stream.empty();
  }

  /** Why this goes before another one. */
  String before(Fit other) {
    if (kind != other.kind) {
      return "goes before " + other;
    }
    if (width != other.width) {
      return "is narrower than " + other;
    }
    return "comes by name before " + other;
  }

  @Override
  public int compareTo(Fit other) {
    return NARROW_FIRST.compare(this, other);
  }

  @Override
  public String toString() {
    return kind == Kind.DEFAULT
        ? "the default cluster " + cluster
        : "%s %s of cluster %s".formatted(kind.word, scope, cluster);
  }
}
