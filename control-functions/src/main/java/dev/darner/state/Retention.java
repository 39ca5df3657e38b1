package dev.darner.state;

import dev.darner.schema.Key;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Removes the records of tasks that nobody holds or wants, so that the store stays bounded. A task
 * goes when it was so at two sweeps in a row. Every replica sweeps; they do not disturb one
 * another, since each removal is by compare.
 *
 * <p>One thread sweeps.
 */
public final class Retention {
  /** For all removals of one sweep; nobody waits for it. */
  private static final Duration BUDGET = Duration.ofSeconds(10);

  private final ClusterView view;
  private final Reach reach;
  private Set<Key.Task> due = Set.of();

  public Retention(ClusterView view, Reach reach) {
    this.view = view;
    this.reach = reach;
  }

  /** Sweeps again and again. */
  public void start(Scheduler scheduler, Duration every) {
    scheduler.each(every, this::sweep);
  }

  void sweep() {
    if (reach.degraded()) {
      return;
    }
    Set<Key.Task> next = new HashSet<>(view.takeUnwanted());
    List<TaskRecords.Stale> stale =
        due.stream().map(this::stale).flatMap(Optional::stream).toList();
    boolean removed =
        reach.unawaited(
            "to remove tasks that nobody wants",
            BUDGET,
            store -> {
              TaskRecords.remove(store, stale);
              return stale.size();
            });
    if (!removed) {
      next.addAll(due);
    }
    due = next;
  }

  private Optional<TaskRecords.Stale> stale(Key.Task key) {
    Swarm swarm = view.cluster(key.cluster()).swarm(key.task());
    return swarm.isUnwanted()
        ? swarm.task().map(seen -> new TaskRecords.Stale(key, seen.revision()))
        : Optional.empty();
  }
}
