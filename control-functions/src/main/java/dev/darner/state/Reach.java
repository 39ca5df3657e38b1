package dev.darner.state;

import dev.darner.schema.Key;
import dev.darner.schema.StateException;
import dev.darner.schema.StateStore;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The way to the store for callers that must not wait for it. Each work has a budget; after a few
 * works or probes in a row that found no store, further ones fail at once, until a probe finds it
 * again. A work that merely took too long is no sign of an outage: this process may be busy.
 *
 * <p>Any thread may call. A work runs on a thread of the executor, so that its caller leaves on
 * time whatever the store does; the work is interrupted then.
 */
public final class Reach {
  private static final Logger LOG = System.getLogger(Reach.class.getName());

  /** One that fails is not an outage. */
  private static final int FAILURES_IN_A_ROW = 3;

  /** Two silent probes are one: nothing answered for seconds. */
  private static final int PROBE_COUNTS = 2;

  private static final Duration PROBE_EVERY = Duration.ofSeconds(1);

  /** A small family: the probe asks whether the store answers, and which store it is. */
  private static final String PROBED = Key.ROOT + "clusters/";

  private final StateStore store;
  private final ClusterView view;
  private final ExecutorService threads;
  private final Patience patience;
  private final AtomicInteger failures = new AtomicInteger();

  /**
   * @param threads one for each work that is under way, such as virtual ones
   */
  public Reach(StateStore store, ClusterView view, ExecutorService threads, Patience patience) {
    this.patience = patience;
    this.store = store;
    this.view = view;
    this.threads = threads;
  }

  /** Something to do with the store. */
  @FunctionalInterface
  public interface Work<T> {
    /**
     * Does it.
     *
     * @param store of which the view learns what is written and read
     */
    T run(StateStore store) throws StateException, InterruptedException;
  }

  /** How long callers shall wait. */
  public Patience patience() {
    return patience;
  }

  /** Whether answers are made from a view that may be old, by a process that cannot write. */
  public boolean degraded() {
    return !view.following() || isBroken();
  }

  /**
   * Does a work within a budget.
   *
   * @throws StateException.Unavailable when the budget is spent, or the store was not found lately;
   *     what the work wrote may stand or not
   */
  public <T> T within(Duration budget, Work<T> work) throws StateException, InterruptedException {
    if (isBroken()) {
      throw new StateException.Unavailable("the state has not answered lately", null);
    }
    return attempt(budget, work);
  }

  /** Probes the store each second from now on. */
  public void start(Scheduler scheduler) {
    scheduler.after(
        PROBE_EVERY,
        () -> {
          try {
            probe();
          } finally {
            start(scheduler);
          }
        });
  }

  void probe() {
    try {
      attempt(PROBE_EVERY, learning -> learning.snapshot(PROBED));
    } catch (StateException e) {
      failed(PROBE_COUNTS, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isBroken() {
    return failures.get() >= FAILURES_IN_A_ROW;
  }

  private void failed(int counts, StateException reason) {
    int before = failures.getAndAdd(counts);
    if (before < FAILURES_IN_A_ROW && before + counts >= FAILURES_IN_A_ROW) {
      LOG.log(
          Level.WARNING,
          "the state does not answer, answers are degraded: {0}",
          reason.getMessage());
    }
  }

  private void answered() {
    if (failures.getAndSet(0) >= FAILURES_IN_A_ROW) {
      LOG.log(Level.INFO, "the state answers again");
    }
  }

  private <T> T attempt(Duration budget, Work<T> work) throws StateException, InterruptedException {
    Future<T> result = threads.submit(() -> work.run(new LearningStore(store, view)));
    try {
      T value = result.get(budget.toNanos(), TimeUnit.NANOSECONDS);
      answered();
      return value;
    } catch (TimeoutException e) {
      throw new StateException.Unavailable(
          "the state did not answer within %d ms".formatted(budget.toMillis()), e);
    } catch (ExecutionException e) {
      throw thrown(e.getCause());
    } finally {
      result.cancel(true);
    }
  }

  private StateException thrown(Throwable cause) {
    return switch (cause) {
      case StateException.Unavailable unavailable -> {
        failed(1, unavailable);
        yield unavailable;
      }
      case StateException other -> other;
      case InterruptedException e -> new StateException.Unavailable("interrupted", e);
      default -> throw new IllegalStateException(cause);
    };
  }
}
