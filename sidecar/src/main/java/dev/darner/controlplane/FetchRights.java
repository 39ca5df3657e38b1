package dev.darner.controlplane;

import dev.darner.model.TaskId;
import dev.darner.proto.OriginReading;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What functions let this host fetch for its cluster, until it is over. Any thread may call. */
final class FetchRights {
  /** Within it a task that was let read its origin has something to show for it. */
  private static final Duration TO_BEGIN = Duration.ofMinutes(1);

  /** As many as a function takes in one announcement. */
  private static final int MOST_TOLD = 64;

  private final InstantSource clock;

  /** When each was given. */
  private final Map<TaskId, Instant> given = new ConcurrentHashMap<>();

  FetchRights(InstantSource clock) {
    this.clock = clock;
  }

  void placed(TaskId task, Placement placement) {
    if (placement.fetches()) {
      given.put(task, clock.instant());
    } else {
      given.remove(task);
    }
  }

  void over(TaskId task) {
    given.remove(task);
  }

  /**
   * What is told with an announcement. One that shows nothing for long is forgotten: its answer may
   * have come when the task had ended.
   *
   * @param landed bytes of what this host is filling
   */
  List<OriginReading> readings(Map<TaskId, Long> landed) {
    Instant old = clock.instant().minus(TO_BEGIN);
    given
        .entrySet()
        .removeIf(right -> right.getValue().isBefore(old) && !landed.containsKey(right.getKey()));
    return given.keySet().stream()
        .limit(MOST_TOLD)
        .map(task ->
            OriginReading.newBuilder()
                .setTask(task.text())
                .setLanded(landed.getOrDefault(task, 0L))
                .build())
        .toList();
  }

  /** Takes some back on a function's word; gives those that this host had. */
  List<TaskId> lost(Set<String> tasks) {
    List<TaskId> lost =
        given.keySet().stream().filter(task -> tasks.contains(task.text())).toList();
    lost.forEach(given::remove);
    return lost;
  }
}
