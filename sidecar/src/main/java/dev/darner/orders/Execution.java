package dev.darner.orders;

import dev.darner.controlplane.OrderOutcome;
import dev.darner.controlplane.OrderOutcome.Progress;
import dev.darner.controlplane.OrderOutcome.State;
import java.util.List;

/**
 * One order that this host knows: waiting for its turn → running → over. Guarded by itself; it runs
 * on a thread of its own.
 */
final class Execution {
  private static final int TENTHS = 10;
  private static final int NEVER = -1;

  private final String id;
  private final Job job;
  private final int priority;
  private Thread thread;
  private OrderOutcome end;
  private boolean cancelled;
  private int toldBand = NEVER;

  Execution(String id, Job job, int priority) {
    this.id = id;
    this.job = job;
    this.priority = priority;
  }

  String id() {
    return id;
  }

  int priority() {
    return priority;
  }

  boolean isResting() {
    return job.isResting();
  }

  /** Begins; nothing is done when it was cancelled before. */
  synchronized void start(Runnable over) {
    thread = Thread.ofVirtual().name("order").unstarted(() -> run(over));
    thread.start();
    if (cancelled) {
      thread.interrupt();
    }
  }

  private void run(Runnable over) {
    try {
      ended(job.run());
    } catch (InterruptedException e) {
      ended(OrderOutcome.failed(id, "given up", List.of()));
    } catch (RuntimeException e) {
      ended(OrderOutcome.failed(id, "a fault of this host: " + e, List.of()));
    } finally {
      over.run();
    }
  }

  private synchronized void ended(OrderOutcome outcome) {
    end = outcome;
  }

  /** Gives it up. */
  synchronized void cancel() {
    cancelled = true;
    if (thread != null) {
      thread.interrupt();
    }
  }

  /** What is worth telling: of one that runs, no progress unless another tenth has come. */
  synchronized OrderOutcome worthTelling() {
    OrderOutcome now = end == null ? job.soFar() : end;
    boolean same = now.state() == State.RUNNING && band(now.progress()) == toldBand;
    return same ? now.brief() : now;
  }

  /** The functions heard an outcome. */
  synchronized void told(OrderOutcome outcome) {
    if (!outcome.progress().isEmpty()) {
      toldBand = band(outcome.progress());
    }
  }

  private static int band(List<Progress> progress) {
    long size = progress.stream().mapToLong(Progress::size).sum();
    long bytes = progress.stream().mapToLong(Progress::bytes).sum();
    return size == 0 ? 0 : (int) Math.min(TENTHS, bytes * TENTHS / size);
  }
}
