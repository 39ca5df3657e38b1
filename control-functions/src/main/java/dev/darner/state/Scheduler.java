package dev.darner.state;

import java.time.Duration;

/** Runs things later. A task may block: it is not run by the thread that keeps the time. */
@FunctionalInterface
public interface Scheduler {
  /** Runs a task once, after a while, unless the process has stopped by then. */
  void after(Duration delay, Runnable task);

  /** Runs a task again and again, each time so long after it ended, whether it failed or not. */
  default void each(Duration pause, Runnable task) {
    after(
        pause,
        () -> {
          try {
            task.run();
          } finally {
            each(pause, task);
          }
        });
  }
}
