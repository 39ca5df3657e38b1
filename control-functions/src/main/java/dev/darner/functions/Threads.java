package dev.darner.functions;

import dev.darner.state.Scheduler;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The threads of a replica beside those of its door: one that keeps the time and only hands over,
 * and a virtual one for each work. Closing interrupts them all.
 */
final class Threads implements Scheduler, AutoCloseable {
  private final ExecutorService works =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("state-", 0).factory());
  private final ScheduledExecutorService time =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("time").daemon().factory());

  ExecutorService executor() {
    return works;
  }

  @Override
  public void after(Duration delay, Runnable task) {
    try {
      var _ = time.schedule(() -> hand(task), delay.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      // Closed: nothing happens later any more.
    }
  }

  private void hand(Runnable task) {
    try {
      works.execute(task);
    } catch (RejectedExecutionException e) {
      // Closed meanwhile.
    }
  }

  @Override
  public void close() {
    time.shutdownNow();
    works.shutdownNow();
  }
}
