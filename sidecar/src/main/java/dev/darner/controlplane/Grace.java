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
  /** Of one task, since the first silence: a runtime's patience with its first byte is longer. */
  static final Duration LONGEST = Duration.ofSeconds(6);

  static final Duration AGAIN = Duration.ofMillis(500);

  /** What an answer may be late. */
  private static final Duration LATE = Duration.ofSeconds(1);

  /** A silence that is older was of another pull; its end may have been told before it began. */
  private static final Duration OLD = Duration.ofMinutes(1);

  /** Tasks that wait at once; further ones go on without a word. */
  private static final int MOST = 1_000;

  /** Of announcements in a row that no function answered. */
  private static final int DEAD = 2;

  private final InstantSource clock;

  /** Since when each goes without; guarded by this. */
  private final LinkedHashMap<TaskId, Instant> wordless = new LinkedHashMap<>();

  /** Until when functions are taken to live and to count; guarded by this. */
  private Instant countedUntil = Instant.MIN;

  /** Guarded by this. */
  private int misses;

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
    misses = 0;
    countedUntil =
        counted ? clock.instant().plus(interval.multipliedBy(2)).plus(LATE) : Instant.MIN;
  }

  /** No function answered an announcement. */
  synchronized void missed() {
    misses++;
    if (misses >= DEAD) {
      countedUntil = Instant.MIN;
    }
  }

  /** No function said anything of a task; empty when it shall go on without. */
  synchronized Optional<Placement> wordless(TaskId task) {
    Instant now = clock.instant();
    if (!now.isBefore(countedUntil)) {
      return Optional.empty();
    }
    forgetBefore(now.minus(OLD));
    if (!wordless.containsKey(task) && wordless.size() >= MOST) {
      return Optional.empty();
    }
    Instant since = wordless.computeIfAbsent(task, _ -> now);
    return now.isBefore(since.plus(LONGEST))
        ? Optional.of(new Placement(Placement.Role.WAIT, List.of(), false, AGAIN))
        : Optional.empty();
  }

  private void forgetBefore(Instant old) {
    while (!wordless.isEmpty() && wordless.firstEntry().getValue().isBefore(old)) {
      wordless.pollFirstEntry();
    }
  }

  /** A function said something of it, or it is over. */
  synchronized void settled(TaskId task) {
    wordless.remove(task);
  }
}
