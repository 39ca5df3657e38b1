package dev.darner.controlplane;

import dev.darner.model.TaskId;
import java.time.Duration;
import java.util.List;

/**
 * What a function answered to an announce.
 *
 * @param resync it does not know the base generation: announce the whole
 * @param interval when to announce next, before jitter
 * @param lostReadings tasks whose origin another host reads by now, instead of this one
 */
public record AnnounceOutcome(boolean resync, Duration interval, List<TaskId> lostReadings) {

  public AnnounceOutcome {
    lostReadings = List.copyOf(lostReadings);
  }
}
