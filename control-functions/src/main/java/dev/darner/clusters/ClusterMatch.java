package dev.darner.clusters;

import dev.darner.model.ClusterId;
import dev.darner.schema.ClusterRecord;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Decides where a host belongs that does not say so itself: to the cluster with the narrowest scope
 * that it falls into. A host's name goes before patterns of names (the one that says more
 * characters first), these before CIDRs (the longest first), then zone, region, and the cluster
 * that is marked as the default; of equals the first by name. Pure.
 */
final class ClusterMatch {
  /** Where a host belongs that nobody wants. */
  static final ClusterId UNCLAIMED = new ClusterId("default");

  private ClusterMatch() {}

  /** The cluster of a host, and why. */
  static Belonging of(Candidate host, Map<ClusterId, ClusterRecord> defined) {
    List<Fit> fits = fits(host, defined);
    if (fits.isEmpty()) {
      return new Belonging(UNCLAIMED, "no scope fits, and no cluster is marked as the default");
    }
    Fit first = fits.getFirst();
    String fitting = first.kind() == Fit.Kind.DEFAULT ? "no scope fits: " + first : first + " fits";
    Optional<Fit> second = fits.stream().skip(1).findFirst();
    return new Belonging(
        first.cluster(), fitting + second.map(next -> ", and " + first.before(next)).orElse(""));
  }

  /** The narrowest fit of each cluster that has one, the narrowest first. */
  static List<Fit> fits(Candidate host, Map<ClusterId, ClusterRecord> defined) {
    return defined.entrySet().stream()
        .map(cluster -> Fit.narrowest(host, cluster.getKey(), cluster.getValue()))
        .flatMap(Optional::stream)
        .sorted()
        .toList();
  }
}
