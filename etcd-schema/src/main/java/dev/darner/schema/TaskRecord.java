package dev.darner.schema;

import static java.util.Objects.requireNonNull;

import dev.darner.model.TaskId;
import java.time.Instant;

/**
 * A task that some host of the cluster wants or has.
 *
 * @param task its name
 * @param label what a person would call it, cut at {@value #LONGEST_LABEL} characters
 * @param size bytes; 0 while unknown
 * @param since when the first host joined it
 */
public record TaskRecord(TaskId task, String label, long size, Instant since) {
  private static final int LONGEST_LABEL = 256;

  public TaskRecord {
    requireNonNull(task, "task");
    label = Json.cut(requireNonNull(label, "label"), LONGEST_LABEL);
    requireNonNull(since, "since");
    if (size < 0) {
      throw new IllegalArgumentException("a task's size is not negative: " + size);
    }
  }
}
