package dev.darner.tasks;

import dev.darner.rest.Access;
import dev.darner.rest.Audit;
import dev.darner.state.ClusterView;
import dev.darner.state.Reach;
import dev.darner.state.Scheduler;
import io.helidon.webserver.http.HttpService;
import java.time.InstantSource;
import java.util.List;
import java.util.random.RandomGenerator;

/** The function of tasks in one replica: its pages, and the sweep of its errands. */
public final class TaskCare {
  private final List<HttpService> pages;

  /**
   * What it works with.
   *
   * @param access who may ask
   * @param audit of who changed what
   * @param chance safe for use by many threads
   */
  public record Surroundings(
      ClusterView view,
      Reach reach,
      Access access,
      Audit audit,
      InstantSource clock,
      RandomGenerator chance) {}

  private TaskCare(Surroundings around) {
    Errandry errandry =
        new Errandry(around.view(), around.reach(), around.clock(), around.chance());
    this.pages =
        List.of(
            new TaskPages(around, errandry),
            new Deletions(around, errandry),
            new Distributions(around, errandry));
  }

  /** Starts it. */
  public static TaskCare start(Surroundings around, Scheduler scheduler) {
    new ErrandSweep(around.view(), around.reach(), around.clock()).start(scheduler);
    return new TaskCare(around);
  }

  public List<HttpService> pages() {
    return pages;
  }
}
