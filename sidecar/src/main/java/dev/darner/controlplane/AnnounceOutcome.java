package dev.darner.controlplane;

import dev.darner.model.TaskId;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

/**
 * What a function answered to an announce.
 *
 * @param resync it does not know the base generation: announce the whole
 * @param interval when to announce next, before jitter
 * @param lostReadings tasks that others read or have whole by now, so that this one need not
 * @param originRate bytes a second that this host may read from origins, 0 for no limit; empty when
 *     what was said before goes on
 */
public record AnnounceOutcome(
    boolean resync, Duration interval, List<TaskId> lostReadings, OptionalLong originRate) {

  public AnnounceOutcome {
    lostReadings = List.copyOf(lostReadings);
  }

  /** Nothing is said of a rate. */
  public AnnounceOutcome(boolean resync, Duration interval, List<TaskId> lostReadings) {
    this(resync, interval, lostReadings, OptionalLong.empty());
  }
}
