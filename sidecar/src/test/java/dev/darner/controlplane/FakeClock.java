package dev.darner.controlplane;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * A clock that the test moves, and a scheduler that goes by it: what is due runs on the thread that
 * moves it. Safe for use by many threads.
 */
public final class FakeClock extends AbstractExecutorService
    implements ScheduledExecutorService, InstantSource {
  private final List<Timed> waiting = new ArrayList<>();
  private Instant now = Instant.EPOCH;

  @Override
  public synchronized Instant instant() {
    return now;
  }

  /** Lets time pass, and all happen that is due meanwhile. */
  public void advance(Duration time) {
    Instant end = instant().plus(time);
    for (Timed due = next(end); due != null; due = next(end)) {
      due.run();
    }
    synchronized (this) {
      now = end;
    }
  }

  /** How long until something happens; negative when nothing will. */
  public synchronized Duration untilNext() {
    waiting.removeIf(Timed::isCancelled);
    return waiting.stream()
        .min(Comparator.naturalOrder())
        .map(timed -> Duration.between(now, timed.due))
        .orElse(Duration.ofNanos(-1));
  }

  private synchronized Timed next(Instant end) {
    waiting.removeIf(Timed::isCancelled);
    Timed first = waiting.stream().min(Comparator.naturalOrder()).orElse(null);
    if (first == null || first.due.isAfter(end)) {
      return null;
    }
    waiting.remove(first);
    now = first.due.isAfter(now) ? first.due : now;
    return first;
  }

  private synchronized Timed add(Runnable action, long delay, long period, TimeUnit unit) {
    Instant due = now.plusNanos(Math.max(0, unit.toNanos(delay)));
    Timed timed = new Timed(action, due, unit.toNanos(period));
    waiting.add(timed);
    return timed;
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable action, long delay, TimeUnit unit) {
    return add(action, delay, 0, unit);
  }

  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(
      Runnable action, long first, long delay, TimeUnit unit) {
    return add(action, first, delay, unit);
  }

  @Override
  public ScheduledFuture<?> scheduleAtFixedRate(
      Runnable action, long first, long period, TimeUnit unit) {
    return add(action, first, period, unit);
  }

  @Override
  public <V> ScheduledFuture<V> schedule(Callable<V> action, long delay, TimeUnit unit) {
    throw new UnsupportedOperationException("no test needs it");
  }

  @Override
  public void execute(Runnable action) {
    action.run();
  }

  @Override
  public void shutdown() {}

  @Override
  public List<Runnable> shutdownNow() {
    return List.of();
  }

  @Override
  public boolean isShutdown() {
    return false;
  }

  @Override
  public boolean isTerminated() {
    return false;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    return true;
  }

  /** Something that is due at a time, once or again and again. */
  private class Timed extends FutureTask<Void> implements RunnableScheduledFuture<Void> {
    private final Instant due;
    private final Runnable action;
    private final long period;

    Timed(Runnable action, Instant due, long period) {
      super(action, null);
      this.action = action;
      this.due = due;
      this.period = period;
    }

    @Override
    public void run() {
      if (period == 0) {
        super.run();
      } else if (runAndReset()) {
        synchronized (FakeClock.this) {
          waiting.add(again());
        }
      }
    }

    private Timed again() {
      Timed origin = this;
      return new Timed(action, due.plusNanos(period), period) {
        @Override
        public boolean isCancelled() {
          return super.isCancelled() || origin.isCancelled();
        }
      };
    }

    @Override
    public boolean isPeriodic() {
      return period > 0;
    }

    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(Duration.between(instant(), due));
    }

    @Override
    public int compareTo(Delayed other) {
      return due.compareTo(((Timed) other).due);
    }
  }
}
