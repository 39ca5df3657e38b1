package dev.darner.state;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Runs what is due when a test lets time pass, on the thread of the test. */
public final class FakeScheduler implements Scheduler {
  private final List<Due> waiting = new ArrayList<>();
  private Duration now = Duration.ZERO;

  private record Due(Duration at, Runnable task) {}

  @Override
  public synchronized void after(Duration delay, Runnable task) {
    waiting.add(new Due(now.plus(delay), task));
  }

  /** Runs everything that becomes due, in order, what it schedules included. */
  public void pass(Duration time) {
    Duration end = now.plus(time);
    for (Due next = next(end); next != null; next = next(end)) {
      next.task().run();
    }
    synchronized (this) {
      now = end;
    }
  }

  private synchronized Due next(Duration end) {
    Due next = waiting.stream().min(Comparator.comparing(Due::at)).orElse(null);
    if (next == null || next.at().compareTo(end) > 0) {
      return null;
    }
    waiting.remove(next);
    now = next.at();
    return next;
  }

  /** How long until something runs. */
  synchronized Duration untilNext() {
    return waiting.stream().map(Due::at).min(Comparator.naturalOrder()).orElseThrow().minus(now);
  }
}
