package dev.darner.membership;

import dev.darner.model.Host;
import dev.darner.model.HostId;
import dev.darner.model.TaskId;
import dev.darner.state.Introduction;
import java.util.List;
import java.util.Map;

/**
 * What a host says of itself.
 *
 * @param introduced who
 * @param boot which start of its process this is; 0 when it does not say
 * @param generation number of the state of its inventory that is told
 * @param baseGeneration the state that {@code held} and {@code dropped} are relative to; 0 with the
 *     whole inventory
 * @param held tasks of which it has some or all
 * @param dropped tasks of which it has nothing any more
 * @param doing what it does at the moment
 */
public record Announcement(
    Introduction introduced,
    long boot,
    long generation,
    long baseGeneration,
    List<Holding> held,
    List<TaskId> dropped,
    Doing doing) {

  /**
   * What a host does, and how it fares.
   *
   * @param uploadLoad percent of what it gives at once that is in use, over the last seconds
   * @param acquainted it keeps the neighbours that it was told last
   * @param failures hosts that let it down since it said so last, {@value #MOST_FAILURES} at most
   * @param readings what it reads from origins, with the bytes that have landed, {@value
   *     #MOST_READINGS} at most
   */
  public record Doing(
      int uploadLoad, boolean acquainted, List<Failure> failures, Map<TaskId, Long> readings) {
    public static final int MOST_FAILURES = 16;
    public static final int MOST_READINGS = 64;

    /** Nothing. */
    public static final Doing NOTHING = new Doing(0, false, List.of(), Map.of());

    public Doing {
      if (uploadLoad < 0 || uploadLoad > 100) {
        throw new IllegalArgumentException("a load is 0 to 100 percent: " + uploadLoad);
      }
      failures = List.copyOf(failures);
      readings = Map.copyOf(readings);
      if (failures.size() > MOST_FAILURES || readings.size() > MOST_READINGS) {
        throw new IllegalArgumentException(
            "at most %d failures and %d readings are told at once"
                .formatted(MOST_FAILURES, MOST_READINGS));
      }
      if (readings.values().stream().anyMatch(landed -> landed < 0)) {
        throw new IllegalArgumentException("a number of bytes is not negative");
      }
    }
  }

  /**
   * A host that let another down.
   *
   * @param host which
   * @param unreachable it could not be dialled or went silent
   */
  public record Failure(HostId host, boolean unreachable) {}

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

  public Host host() {
    return introduced.host();
  }

  /** It tells everything, not only what changed. */
  boolean isWhole() {
    return baseGeneration == 0;
  }
}
