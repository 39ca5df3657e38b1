package dev.darner.clusters;

import dev.darner.model.ClusterId;
import dev.darner.rest.ETag;
import dev.darner.rest.Problem;
import dev.darner.schema.ClusterRecord;
import dev.darner.schema.Entry;
import dev.darner.schema.Json;
import dev.darner.schema.Key;
import dev.darner.schema.StateException;
import dev.darner.schema.StateStore;
import dev.darner.schema.Transaction;
import dev.darner.schema.Transaction.Condition;
import dev.darner.schema.Transaction.Put;
import dev.darner.schema.TransactionResult;
import dev.darner.state.Reach;
import java.util.List;
import java.util.Optional;

/**
 * Writes what people define, each change by compare with the revision that they saw. Without state
 * of its own; any thread may call.
 */
final class Definitions {
  private final Reach reach;

  Definitions(Reach reach) {
    this.reach = reach;
  }

  /** The revision at which a cluster's key was written, by the store itself; 0 without one. */
  long revision(ClusterId cluster) throws StateException, InterruptedException {
    String key = key(cluster);
    var reading = new Transaction(List.of(), List.of(), List.of(), List.of(key));
    Optional<Entry> standing = commit(reading).reads().stream().findFirst();
    return standing.map(Entry::revision).orElse(0L);
  }

  /**
   * Writes a definition.
   *
   * @param seen the revision that it replaces; 0 for none
   * @return its revision
   * @throws Problem 412 when another stands
   */
  long put(ClusterId cluster, ClusterRecord record, long seen)
      throws StateException, InterruptedException {
    Put put = new Put(key(cluster), Json.write(record), 0);
    return change(cluster, seen, List.of(put), List.of());
  }

  /**
   * Removes a definition.
   *
   * @throws Problem 412 when another stands
   */
  void remove(ClusterId cluster, long seen) throws StateException, InterruptedException {
    change(cluster, seen, List.of(), List.of(key(cluster)));
  }

  private long change(ClusterId cluster, long seen, List<Put> puts, List<String> deletes)
      throws StateException, InterruptedException {
    Condition unchanged = new Condition(key(cluster), seen);
    TransactionResult result =
        commit(new Transaction(List.of(unchanged), puts, deletes, List.of()));
    if (!result.written()) {
      throw ETag.changed();
    }
    return result.revision();
  }

  private TransactionResult commit(Transaction transaction)
      throws StateException, InterruptedException {
    return reach.within(reach.patience().placing(), store -> commit(store, transaction));
  }

  private static TransactionResult commit(StateStore store, Transaction transaction)
      throws StateException, InterruptedException {
    return store.commit(transaction);
  }

  private static String key(ClusterId cluster) {
    return new Key.Cluster(cluster).text();
  }
}
