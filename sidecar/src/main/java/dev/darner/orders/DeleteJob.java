package dev.darner.orders;

import dev.darner.controlplane.OrderOutcome;
import dev.darner.model.TaskId;
import dev.darner.store.BlobStore;
import java.util.List;

/** Removes contents from the store; what is not there is removed already. */
final class DeleteJob implements Job {
  private final String id;
  private final List<TaskId> tasks;
  private final BlobStore store;

  DeleteJob(String id, List<TaskId> tasks, BlobStore store) {
    this.id = id;
    this.tasks = List.copyOf(tasks);
    this.store = store;
  }

  @Override
  public OrderOutcome run() {
    tasks.forEach(store::remove);
    return OrderOutcome.done(id, List.of());
  }

  @Override
  public OrderOutcome soFar() {
    return OrderOutcome.running(id, "", List.of());
  }
}
