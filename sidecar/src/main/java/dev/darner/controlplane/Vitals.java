package dev.darner.controlplane;

import dev.darner.model.TaskId;
import java.util.Map;

/**
 * How this host fares.
 *
 * @param uploadLoad percent of the pieces that it gives at once which it gives now, 0 to 100
 * @param landed bytes of what it is filling
 */
public record Vitals(int uploadLoad, Map<TaskId, Long> landed) {
  /** At rest. */
  public static final Vitals QUIET = new Vitals(0, Map.of());

  public Vitals {
    landed = Map.copyOf(landed);
  }
}
