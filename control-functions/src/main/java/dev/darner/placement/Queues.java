package dev.darner.placement;

import dev.darner.model.ClusterId;
import dev.darner.model.HostId;
import dev.darner.model.TaskId;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which tasks wait at this replica for a place of their cluster's origin budget, in the order in
 * which they came: a place is tried for by the first of them alone, and for each of them by one
 * host. Another replica has a queue of its own; the first of each try equally often, so that chance
 * decides between replicas, whatever the number of those who wait.
 *
 * <p>A help to fairness and no more: who is forgotten here, because the process ended or because
 * nobody asked for a while, queues anew. Any thread may call.
 */
final class Queues {
  /** When the one who tries for a place asks again... */
  static final Duration SOON = Duration.ofMillis(200);

  /** ...and when others do. */
  static final Duration LATER = Duration.ofSeconds(1);

  /** Nobody who waits is silent for so long, though its questions may go to other replicas too. */
  static final Duration FORGOTTEN = Duration.ofSeconds(5);

  /** So many of those in front ask again soon. */
  private static final int FRONT = 16;

  /** Of one cluster; further ones wait without a number. */
  private static final int MOST = 10_000;

  private final Map<ClusterId, Queue> queues = new ConcurrentHashMap<>();

  /**
   * Says whether a host may try for a place now.
   *
   * @param places that can be had now
   * @return when it shall ask again, if it may not
   */
  Optional<Duration> ask(Wish wish, int places, Instant now) {
    Queue queue = queues.computeIfAbsent(wish.host().cluster(), name -> new Queue());
    return queue.ask(wish.task(), wish.host().id(), places, now);
  }

  /** A task waits no longer. */
  void left(ClusterId cluster, TaskId task) {
    Queue queue = queues.get(cluster);
    if (queue != null) {
      queue.left(task);
    }
  }

  /**
   * A task that waits.
   *
   * @param host that tries for it
   * @param asked when it did last
   */
  private record Waiting(HostId host, Instant asked) {

    boolean isForgotten(Instant now) {
      return now.isAfter(asked.plus(FORGOTTEN));
    }
  }

  /** Of one cluster. Guarded by its own lock. */
  private static final class Queue {
    private final Map<TaskId, Waiting> tasks = new LinkedHashMap<>();

    synchronized Optional<Duration> ask(TaskId task, HostId host, int places, Instant now) {
      forgetFirst(now);
      if (tasks.isEmpty() && places > 0) {
        return Optional.empty();
      }
      Waiting known = tasks.get(task);
      boolean tries =
          known == null ? tasks.size() < MOST : known.host().equals(host) || known.isForgotten(now);
      return tries ? again(task, host, places, now) : Optional.of(LATER);
    }

    private Optional<Duration> again(TaskId task, HostId host, int places, Instant now) {
      tasks.put(task, new Waiting(host, now));
      int before = before(task, Math.max(places, FRONT), now);
      if (before < places) {
        return Optional.empty();
      }
      return Optional.of(before < FRONT ? SOON : LATER);
    }

    /** How many are before a task; no more than {@code most} are counted. */
    private int before(TaskId task, int most, Instant now) {
      int before = 0;
      for (Map.Entry<TaskId, Waiting> other : tasks.entrySet()) {
        if (before >= most || other.getKey().equals(task)) {
          return before;
        }
        before += other.getValue().isForgotten(now) ? 0 : 1;
      }
      return before;
    }

    private void forgetFirst(Instant now) {
      Iterator<Waiting> first = tasks.values().iterator();
      while (first.hasNext() && first.next().isForgotten(now)) {
        first.remove();
      }
    }

    synchronized void left(TaskId task) {
      tasks.remove(task);
    }
  }
}
