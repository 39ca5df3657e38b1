package dev.darner.task;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The last reports of tasks that have ended. Safe for use by many threads. */
final class History {
  private final int capacity;
  private final Deque<TaskReport> reports = new ArrayDeque<>();

  /**
   * @param capacity reports that are kept; the oldest is dropped for a new one
   */
  History(int capacity) {
    this.capacity = capacity;
  }

  synchronized void add(TaskReport report) {
    if (reports.size() == capacity) {
      reports.removeFirst();
    }
    reports.addLast(report);
  }

  /** Oldest first. */
  synchronized List<TaskReport> all() {
    return new ArrayList<>(reports);
  }
}
