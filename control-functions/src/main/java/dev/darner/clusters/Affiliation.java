package dev.darner.clusters;

import dev.darner.model.ClusterId;
import dev.darner.schema.ClusterRecord;
import dev.darner.schema.SidecarSettings;
import dev.darner.state.ClusterView;
import dev.darner.state.Seen;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What announcing hosts are told of their clusters, from the view alone. Without state of its own;
 * any thread may call.
 */
public final class Affiliation {
  private final ClusterView view;

  public Affiliation(ClusterView view) {
    this.view = view;
  }

  /**
   * The settings of a cluster.
   *
   * @param version revision at which they were written; 0 when nobody has defined the cluster
   */
  public record Versioned(long version, SidecarSettings settings) {}

  /** Where a host belongs that does not say so itself; empty while no cluster was ever seen. */
  public Optional<Belonging> of(Candidate host) {
    return view.loaded() ? Optional.of(ClusterMatch.of(host, defined(view))) : Optional.empty();
  }

  /**
   * The settings of a cluster, unless a host has them. Of a view that may be old they would undo
   * later ones: not to be told by who is degraded.
   *
   * @param has the version that the host has
   */
  public Optional<Versioned> news(ClusterId cluster, long has) {
    Versioned now =
        view.cluster(cluster)
            .record()
            .map(seen -> new Versioned(seen.revision(), seen.record().settings()))
            .orElse(new Versioned(0, ClusterRecord.PLAIN.settings()));
    return Optional.of(now).filter(settings -> settings.version() != has);
  }

  /** What people have defined. */
  static Map<ClusterId, ClusterRecord> defined(ClusterView view) {
    return view.records().entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, entry -> record(entry.getValue())));
  }

  private static ClusterRecord record(Seen<ClusterRecord> seen) {
    return seen.record();
  }
}
