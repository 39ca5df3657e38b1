package dev.darner.orders;

import dev.darner.controlplane.OrderOutcome;
import dev.darner.model.TaskId;
import dev.darner.store.BlobStore;
import java.time.Duration;
import java.util.List;

/**
 * Removes contents from the store; what is not there is removed already. Whoever reads one that is
 * whole may go on; one that is just arriving for somebody is waited for, and left when that takes
 * long.
 */
final class DeleteJob implements Job {
  /** How often an arriving one is looked at again, and how long between two looks. */
  private static final int LOOKS = 20;

  private static final Duration BETWEEN = Duration.ofSeconds(1);

  private final String id;
  private final List<TaskId> tasks;
  private final BlobStore store;
  private final Tempo.Pause pause;

  DeleteJob(String id, List<TaskId> tasks, BlobStore store, Tempo.Pause pause) {
    this.id = id;
    this.tasks = List.copyOf(tasks);
    this.store = store;
    this.pause = pause;
  }

  @Override
  public OrderOutcome run() throws InterruptedException {
    List<TaskId> arriving = arriving(tasks);
    for (int look = 0; look < LOOKS && !arriving.isEmpty(); look++) {
      pause.rest(BETWEEN);
      arriving = arriving(arriving);
    }
    return arriving.isEmpty()
        ? OrderOutcome.done(id, List.of())
        : OrderOutcome.failed(
            id, "in use: %s is just arriving".formatted(arriving.getFirst()), List.of());
  }

  private List<TaskId> arriving(List<TaskId> some) {
    return some.stream().filter(task -> !store.removeUnlessArriving(task)).toList();
  }

  @Override
  public OrderOutcome soFar() {
    return OrderOutcome.running(id, "", List.of());
  }
}
