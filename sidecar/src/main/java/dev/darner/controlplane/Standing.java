package dev.darner.controlplane;

import dev.darner.model.ClusterId;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What this host was last told of itself.
 *
 * @param cluster that it is in
 * @param reason why, for people
 * @param settings of that cluster
 */
public record Standing(ClusterId cluster, String reason, ClusterSettings settings) {

  /** What stands in the file. */
  record Kept(String cluster, String reason, KeptSettings settings) {}

  /** Settings as they stand in the file, where what is not said is left out. */
  record KeptSettings(
      long version,
      Integer piecesInFlight,
      Integer uploads,
      Long uploadBytesPerSecond,
      Long downloadBytesPerSecond,
      List<String> allow,
      List<String> seeds) {

    static KeptSettings of(ClusterSettings said) {
      return new KeptSettings(
          said.version(),
          said.piecesInFlight().orElse(null),
          said.uploads().orElse(null),
          said.uploadBytesPerSecond().orElse(null),
          said.downloadBytesPerSecond().orElse(null),
          said.allow(),
          said.seeds());
    }

    ClusterSettings said() {
      return new ClusterSettings(
          version,
          Optional.ofNullable(piecesInFlight),
          Optional.ofNullable(uploads),
          Optional.ofNullable(uploadBytesPerSecond),
          Optional.ofNullable(downloadBytesPerSecond),
          allow,
          seeds);
    }
  }

  static Standing of(Kept kept) {
    return new Standing(
        new ClusterId(kept.cluster()),
        Objects.requireNonNullElse(kept.reason(), ""),
        kept.settings() == null ? ClusterSettings.NONE : kept.settings().said());
  }

  Kept kept() {
    return new Kept(cluster.text(), reason, KeptSettings.of(settings));
  }
}
