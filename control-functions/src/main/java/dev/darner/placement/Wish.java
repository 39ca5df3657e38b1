package dev.darner.placement;

import dev.darner.model.Host;
import dev.darner.model.HostId;
import dev.darner.model.TaskId;
import dev.darner.state.Introduction;
import java.util.Set;

/**
 * A host that wants a task.
 *
 * @param asker who
 * @param task what
 * @param size bytes, 0 while unknown
 * @param label what a person would call the task; decides nothing
 * @param failed hosts that failed this one for this task
 * @param unreachable those of them that it could not reach
 */
public record Wish(
    Introduction asker,
    TaskId task,
    long size,
    String label,
    Set<HostId> failed,
    Set<HostId> unreachable) {

  public Wish {
    if (size < 0) {
      throw new IllegalArgumentException("a size is not negative: " + size);
    }
    failed = Set.copyOf(failed);
    unreachable = Set.copyOf(unreachable);
  }

  Host host() {
    return asker.host();
  }
}
