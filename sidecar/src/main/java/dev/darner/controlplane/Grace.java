package dev.darner.controlplane;

import dev.darner.model.TaskId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/**
 * For how long a task that hears no function's word waits for one, where functions count who reads
 * origins: a host that reads without a word there costs a copy that others may not know of.
 * Functions that answer announcements live, and are only late. Any thread may call.
 */
final class Grace {
  /** Of one task: beside it a runtime still gets its first byte before it loses patience. */
  static final Duration LONGEST = Duration.ofSeconds(6);

  static final Duration AGAIN = Duration.ofMillis(500);

  /** What an answer may be late. */
  private static final Duration LATE = Duration.ofSeconds(1);

  /** Of the tasks that went without a word lately; more wait no less for it. */
  private static final int MOST = 1_000;

  private final InstantSource clock;

  /** Since when each goes without; guarded by this. */
  private final LinkedHashMap<TaskId, Instant> wordless = new LinkedHashMap<>();

  /** Until when functions are taken to live and to count; guarded by this. */
  private Instant countedUntil = Instant.MIN;

  Grace(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * A function answered an announcement.
   *
   * @param counted it counts who reads origins
   * @param interval until the next announcement, of which one may fail
   */
  synchronized void announced(boolean counted, Duration interval) {
    countedUntil =
        counted ? clock.instant().plus(interval.multipliedBy(2)).plus(LATE) : Instant.MIN;
  }

  /** No function said anything of a task; empty when it shall go on without. */
  synchronized Optional<Placement> wordless(TaskId task) {
    Instant now = clock.instant();
    if (!now.isBefore(countedUntil)) {
      return Optional.empty();
    }
    Instant since = wordless.computeIfAbsent(task, _ -> now);
    if (wordless.size() > MOST) {
      wordless.pollFirstEntry();
    }
    return now.isBefore(since.plus(LONGEST))
        ? Optional.of(new Placement(Placement.Role.WAIT, List.of(), false, AGAIN))
        : Optional.empty();
  }

  /** A function said something of it, or it is over. */
  synchronized void settled(TaskId task) {
    wordless.remove(task);
  }
}
