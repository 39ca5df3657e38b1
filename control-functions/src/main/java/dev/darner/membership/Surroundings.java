package dev.darner.membership;

import dev.darner.model.TaskId;
import dev.darner.schema.HostRecord;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a host is told in answer to its announcement.
 *
 * @param resync announce the whole inventory next
 * @param neighbours some hosts of the cluster, not the asker; empty when those told before stand
 * @param seeds every seed of the cluster
 * @param degraded this is from an old view, and nothing was written
 * @param lostReadings tasks among the asker's readings that others read or have whole by now
 * @param originShare bytes a second that the asker may read from origins, 0 for no limit; empty
 *     when that is not known now
 * @param readsCounted who reads an origin matters to other tasks, or to other clusters
 */
public record Surroundings(
    boolean resync,
    Optional<List<HostRecord>> neighbours,
    List<HostRecord> seeds,
    boolean degraded,
    List<TaskId> lostReadings,
    OptionalLong originShare,
    boolean readsCounted) {
  public Surroundings {
    neighbours = neighbours.map(List::copyOf);
    seeds = List.copyOf(seeds);
    lostReadings = List.copyOf(lostReadings);
  }
}
