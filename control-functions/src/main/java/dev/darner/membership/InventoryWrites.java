package dev.darner.membership;

import dev.darner.model.ClusterId;
import dev.darner.model.TaskId;
import dev.darner.schema.HostRecord;
import dev.darner.schema.Json;
import dev.darner.schema.Key;
import dev.darner.schema.Transaction;
import dev.darner.schema.Transaction.Condition;
import dev.darner.schema.Transaction.Put;
import dev.darner.state.Seen;
import java.util.ArrayList;
import java.util.List;

/** The transactions that write an announcement, each within etcd's limit. Pure. */
final class InventoryWrites {

  private InventoryWrites() {}

  /**
   * The writes of a change, none when it is empty. All hold only while the host's record is the one
   * that the change was made from; the last writes that record anew, so that its generation tells
   * whether everything was written.
   */
  static List<Transaction> of(InventoryChange change, Seen<HostRecord> registered) {
    if (change.isEmpty()) {
      return List.of();
    }
    List<Put> puts = new ArrayList<>(puts(change, registered));
    List<String> deletes = deletes(change, registered.record());
    Condition unchanged = new Condition(key(registered.record()), registered.revision());
    List<Transaction> writes = new ArrayList<>();
    int step = Transaction.PART;
    for (int from = 0; from < puts.size() + deletes.size(); from += step) {
      writes.add(
          new Transaction(
              List.of(unchanged),
              slice(puts, from, from + step),
              slice(deletes, from - puts.size(), from - puts.size() + step),
              List.of()));
    }
    return lastWithHost(writes, change, registered, unchanged);
  }

  private static List<Transaction> lastWithHost(
      List<Transaction> writes,
      InventoryChange change,
      Seen<HostRecord> registered,
      Condition unchanged) {
    if (change.host().isEmpty()) {
      return writes;
    }
    Transaction last =
        writes.isEmpty()
            ? new Transaction(List.of(unchanged), List.of(), List.of(), List.of())
            : writes.removeLast();
    List<Put> puts = new ArrayList<>(last.puts());
    puts.add(
        new Put(key(registered.record()), Json.write(change.host().get()), registered.lease()));
    writes.add(new Transaction(last.conditions(), puts, last.deletes(), List.of()));
    return writes;
  }

  private static List<Put> puts(InventoryChange change, Seen<HostRecord> registered) {
    return change.held().entrySet().stream()
        .map(entry ->
            new Put(
                key(registered.record(), entry.getKey()),
                Json.write(entry.getValue()),
                registered.lease()))
        .toList();
  }

  private static List<String> deletes(InventoryChange change, HostRecord host) {
    return change.dropped().stream().map(task -> key(host, task)).toList();
  }

  private static String key(HostRecord host) {
    return new Key.Host(host.cluster(), host.host()).text();
  }

  private static String key(HostRecord host, TaskId task) {
    ClusterId cluster = host.cluster();
    return new Key.Holder(cluster, task, host.host()).text();
  }

  private static <T> List<T> slice(List<T> list, int from, int to) {
    return list.subList(clamped(from, list.size()), clamped(to, list.size()));
  }

  private static int clamped(int index, int size) {
    return Math.max(0, Math.min(index, size));
  }
}
