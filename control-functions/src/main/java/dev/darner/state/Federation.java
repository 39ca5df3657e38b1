package dev.darner.state;

import dev.darner.model.ClusterId;
import dev.darner.model.TaskId;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What concerns all clusters together: in which of them a task is, and who reads its origin for all
 * of them. Any thread may read and change it.
 */
final class Federation {
  /** Of a cluster that nobody knows. */
  static final Presence NOBODY = (task, here) -> {};

  private final Map<TaskId, Set<ClusterId>> clusters = new ConcurrentHashMap<>();
  private final Map<TaskId, FederationSlot> slots = new ConcurrentHashMap<>();

  /** Told by a cluster, for one task by one thread at a time, whether the task is there. */
  interface Presence {
    void tell(TaskId task, boolean here);
  }

  /** What one cluster tells. */
  Presence presence(ClusterId cluster) {
    return (task, here) -> clusters.compute(task, (same, in) -> with(in, cluster, here));
  }

  private static Set<ClusterId> with(Set<ClusterId> in, ClusterId cluster, boolean here) {
    Set<ClusterId> now = in == null ? new HashSet<>() : new HashSet<>(in);
    boolean changed = here ? now.add(cluster) : now.remove(cluster);
    if (now.isEmpty()) {
      return null;
    }
    return changed ? Set.copyOf(now) : in;
  }

  Set<ClusterId> clustersOf(TaskId task) {
    return clusters.getOrDefault(task, Set.of());
  }

  Optional<FederationSlot> slot(TaskId task) {
    return Optional.ofNullable(slots.get(task));
  }

  void put(TaskId task, FederationSlot slot) {
    slots.merge(task, slot, FederationSlot::later);
  }

  void remove(TaskId task, long revision) {
    slots.computeIfPresent(task, (same, slot) -> slot.seen().revision() > revision ? slot : null);
  }
}
