package dev.darner.membership;

import dev.darner.model.Host;
import dev.darner.model.TaskId;
import java.util.List;

/**
 * What a host says of itself.
 *
 * @param host who
 * @param version of its sidecar
 * @param boot which start of its process this is; 0 when it does not say
 * @param generation number of the state of its inventory that is told
 * @param baseGeneration the state that {@code held} and {@code dropped} are relative to; 0 with the
 *     whole inventory
 * @param held tasks of which it has some or all
 * @param dropped tasks of which it has nothing any more
 */
public record Announcement(
    Host host,
    String version,
    long boot,
    long generation,
    long baseGeneration,
    List<Holding> held,
    List<TaskId> dropped) {

  /**
   * How much of a task a host has.
   *
   * @param task which
   * @param size bytes of the whole, 0 while unknown
   * @param sealed it is whole and verified
   * @param band tenths that have landed, 0 to 10
   */
  public record Holding(TaskId task, long size, boolean sealed, int band) {
    private static final int FULL = 10;

    public Holding {
      if (size < 0) {
        throw new IllegalArgumentException("a size is not negative: " + size);
      }
      if (band < 0 || band > FULL) {
        throw new IllegalArgumentException("a band is 0 to 10: " + band);
      }
    }

    /** Whether somebody could get a byte of it there. */
    boolean isUseful() {
      return sealed || band > 0;
    }
  }

  public Announcement {
    if (generation < 0 || baseGeneration < 0 || baseGeneration > generation) {
      throw new IllegalArgumentException(
          "not generations of an inventory: %d from %d".formatted(generation, baseGeneration));
    }
    held = List.copyOf(held);
    dropped = List.copyOf(dropped);
  }

  /** It tells everything, not only what changed. */
  boolean isWhole() {
    return baseGeneration == 0;
  }
}
