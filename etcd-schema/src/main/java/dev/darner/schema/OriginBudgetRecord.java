package dev.darner.schema;

import static java.util.Objects.requireNonNull;

import dev.darner.model.HostId;
import dev.darner.model.TaskId;
import java.time.Instant;

/**
 * Who has a place in a cluster's origin budget, and for which task.
 *
 * @param host the reader
 * @param task whose origin it reads
 * @param slot which of the task's origin slots it has, from 0: the place goes with that
 * @param since when it took the place
 */
public record OriginBudgetRecord(HostId host, TaskId task, int slot, Instant since) {
  public OriginBudgetRecord {
    requireNonNull(host, "host");
    requireNonNull(task, "task");
    requireNonNull(since, "since");
    if (slot < 0) {
      throw new IllegalArgumentException("slots count from 0: " + slot);
    }
  }
}
