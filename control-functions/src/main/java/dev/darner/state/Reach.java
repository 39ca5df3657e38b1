package dev.darner.state;

import dev.darner.schema.Key;
import dev.darner.schema.Snapshot;
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
 * again. A work that merely took too long is no sign of an outage: this process may be busy. Nor is
 * a store without space ({@link Space}): what needs none goes on.
 *
 * <p>Any thread may call. A work runs on a thread of the executor, so that its caller leaves on
 * time whatever the store does.
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
  private final Space space = new Space();

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

  /** Whether what hosts tell can be written, as far as is known: nor is the store full. */
  public boolean writes() {
    return !degraded() && space.isLeft();
  }

  /**
   * Does nothing while the store has space, as far as is known.
   *
   * @throws StateException.Full when it has none
   */
  public void requireSpace() throws StateException.Full {
    space.require();
  }

  /**
   * Does a work within a budget; it is interrupted when that is spent.
   *
   * @throws StateException.Unavailable when the budget is spent, or the store was not found lately;
   *     what the work wrote may stand or not
   */
  public <T> T within(Duration budget, Work<T> work) throws StateException, InterruptedException {
    Future<T> begun = begin(work);
    try {
      return await(begun, budget);
    } finally {
      begun.cancel(true);
    }
  }

  /**
   * Does what nobody waits for: not while the store is away, and what fails is left to the next
   * time.
   *
   * @param what the work is, for the log
   * @return whether it was done
   */
  public boolean unawaited(String what, Duration budget, Work<?> work) {
    if (degraded()) {
      return false;
    }
    try {
      var _ = within(budget, work);
      return true;
    } catch (StateException e) {
      LOG.log(Level.DEBUG, () -> "put off: " + what, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return false;
  }

  /**
   * Begins a work that goes on when nobody waits for it any more: until it is done, or the store's
   * own deadlines end it.
   *
   * @throws StateException.Unavailable when the store was not found lately; the work has not begun
   */
  public <T> Future<T> begin(Work<T> work) throws StateException {
    if (isBroken()) {
      throw new StateException.Unavailable("the state has not answered lately", null);
    }
    return submit(work);
  }

  /**
   * Waits for a work that was begun.
   *
   * @throws StateException.Unavailable when the budget is spent; the work goes on
   */
  public <T> T await(Future<T> begun, Duration budget) throws StateException, InterruptedException {
    try {
      return begun.get(budget.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new StateException.Unavailable(
          "the state did not answer within %d ms".formatted(budget.toMillis()), e);
    } catch (ExecutionException e) {
      throw thrown(e.getCause());
    }
  }

  /** Probes the store each second from now on. */
  public void start(Scheduler scheduler) {
    scheduler.each(
        PROBE_EVERY,
        () -> {
          probe();
          seekSpace();
        });
  }

  /** Not a part of the probe: a store that answers who reads may be slow to write. */
  void seekSpace() {
    if (!space.isLeft()) {
      var _ = unawaited("to try whether the state has space", PROBE_EVERY, _ -> sought());
    }
  }

  private boolean sought() throws StateException, InterruptedException {
    space.seek(store);
    return true;
  }

  void probe() {
    Future<Snapshot> asked = submit(learning -> learning.snapshot(PROBED));
    try {
      await(asked, PROBE_EVERY);
    } catch (StateException e) {
      failed(PROBE_COUNTS, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      asked.cancel(true);
    }
  }

  private <T> Future<T> submit(Work<T> work) {
    return threads.submit(() -> run(work));
  }

  /** What a work finds of the store counts, whether somebody still waits for it or not. */
  private <T> T run(Work<T> work) throws StateException, InterruptedException {
    try {
      T value = work.run(new LearningStore(store, view, space));
      answered();
      return value;
    } catch (StateException.Unavailable e) {
      failed(1, e);
      throw e;
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

  private static StateException thrown(Throwable cause) {
    return switch (cause) {
      case StateException known -> known;
      case InterruptedException e -> new StateException.Unavailable("interrupted", e);
      default -> throw new IllegalStateException(cause);
    };
  }
}
