package dev.darner.controlplane;

import dev.darner.model.ClusterId;
import java.util.Objects;

/**
 * What this host was last told of itself.
 *
 * @param cluster that it is in
 * @param reason why, for people
 * @param settings of that cluster
 */
public record Standing(ClusterId cluster, String reason, ClusterSettings settings) {

  /** What stands in the file. */
  record Kept(String cluster, String reason, ClusterSettings settings) {}

  static Standing of(Kept kept) {
    return new Standing(
        new ClusterId(kept.cluster()),
        Objects.requireNonNullElse(kept.reason(), ""),
        Objects.requireNonNullElse(kept.settings(), ClusterSettings.NONE));
  }

  Kept kept() {
    return new Kept(cluster.text(), reason, settings);
  }
}
