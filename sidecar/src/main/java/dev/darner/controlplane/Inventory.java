package dev.darner.controlplane;

import dev.darner.model.TaskId;
import java.util.List;

/**
 * What this host holds, or how that changed.
 *
 * @param generation number of the state described
 * @param baseGeneration the state that it is relative to; 0 with the whole
 * @param held tasks held, or changed
 * @param dropped tasks not held any more
 */
public record Inventory(
    long generation, long baseGeneration, List<Holding> held, List<TaskId> dropped) {

  /**
   * How much of a task this host has.
   *
   * @param task which
   * @param size bytes of the whole
   * @param sealed it is whole and verified
   * @param band tenths that have landed, 0 to 10
   */
  public record Holding(TaskId task, long size, boolean sealed, int band) {}

  public Inventory {
    held = List.copyOf(held);
    dropped = List.copyOf(dropped);
  }
}
