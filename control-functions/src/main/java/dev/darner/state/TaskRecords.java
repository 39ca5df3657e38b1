package dev.darner.state;

import dev.darner.model.ClusterId;
import dev.darner.schema.Json;
import dev.darner.schema.Key;
import dev.darner.schema.StateException;
import dev.darner.schema.StateStore;
import dev.darner.schema.TaskRecord;
import dev.darner.schema.Transaction;
import java.util.List;

/**
 * Writes and removes the records of tasks, which hang on no lease. Without state of its own; any
 * thread may call.
 */
public final class TaskRecords {
  private TaskRecords() {}

  /** Writes the records that do not stand yet. */
  public static void add(StateStore store, ClusterId cluster, List<TaskRecord> records)
      throws StateException, InterruptedException {
    halving(
        records,
        some ->
            store
                .commit(
                    new Transaction(
                        some.stream()
                            .map(record -> new Transaction.Condition(key(cluster, record), 0))
                            .toList(),
                        some.stream()
                            .map(r -> new Transaction.Put(key(cluster, r), Json.write(r), 0))
                            .toList(),
                        List.of(),
                        List.of()))
                .written());
  }

  /** Writes the size of a task into its record, unless that has changed: then somebody else did. */
  public static void tellSize(
      StateStore store, ClusterId cluster, Seen<TaskRecord> known, long size)
      throws StateException, InterruptedException {
    TaskRecord old = known.record();
    String key = key(cluster, old);
    TaskRecord sized = new TaskRecord(old.task(), old.label(), size, old.since());
    var _ =
        store.commit(
            new Transaction(
                List.of(new Transaction.Condition(key, known.revision())),
                List.of(new Transaction.Put(key, Json.write(sized), 0)),
                List.of(),
                List.of()));
  }

  /**
   * A task that is to go.
   *
   * @param revision of its record: it goes only while that stands
   */
  record Stale(Key.Task key, long revision) {}

  /** Removes the records that did not change. */
  static void remove(StateStore store, List<Stale> stale)
      throws StateException, InterruptedException {
    halving(
        stale,
        some ->
            store
                .commit(
                    new Transaction(
                        some.stream()
                            .map(s -> new Transaction.Condition(s.key().text(), s.revision()))
                            .toList(),
                        List.of(),
                        some.stream().map(s -> s.key().text()).toList(),
                        List.of()))
                .written());
  }

  /** Writes some, all at once or not at all; says whether they were written. */
  private interface Writing<T> {
    boolean write(List<T> some) throws StateException, InterruptedException;
  }

  /** Writes all but those whose condition fails: halves what failed until it is found. */
  private static <T> void halving(List<T> all, Writing<T> writing)
      throws StateException, InterruptedException {
    if (all.isEmpty()) {
      return;
    }
    boolean done = all.size() <= Transaction.PART && writing.write(all);
    if (!done && all.size() > 1) {
      int half = all.size() / 2;
      halving(all.subList(0, half), writing);
      halving(all.subList(half, all.size()), writing);
    }
  }

  private static String key(ClusterId cluster, TaskRecord record) {
    return new Key.Task(cluster, record.task()).text();
  }
}
