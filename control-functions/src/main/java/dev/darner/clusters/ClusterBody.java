package dev.darner.clusters;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.darner.model.HostId;
import dev.darner.schema.ClusterRecord;
import dev.darner.schema.ClusterScopes;
import dev.darner.schema.CrossCluster;
import dev.darner.schema.SidecarSettings;
import java.util.List;
import java.util.Objects;

/** A {@link ClusterRecord} as people send it: whatever they leave out is as usual. */
record ClusterBody(
    @JsonProperty("default") Boolean isDefault,
    ClusterScopes scopes,
    SidecarSettings settings,
    CrossCluster crossCluster,
    List<HostId> blocked,
    Integer originReaders,
    Integer originConcurrency,
    Long originBytesPerSecond) {

  /** Checks what {@link ClusterRecord} does not tell from what is left out. */
  ClusterBody {
    if (originReaders != null && originReaders == 0) {
      throw new IllegalArgumentException("originReaders is 1 or more: somebody has to read");
    }
  }

  /**
   * What is to be written.
   *
   * @throws IllegalArgumentException when it cannot be
   */
  ClusterRecord record() {
    return new ClusterRecord(
        Objects.requireNonNullElse(isDefault, false),
        scopes,
        settings,
        crossCluster,
        blocked,
        Objects.requireNonNullElse(originReaders, 0),
        Objects.requireNonNullElse(originConcurrency, 0),
        Objects.requireNonNullElse(originBytesPerSecond, 0L));
  }
}
