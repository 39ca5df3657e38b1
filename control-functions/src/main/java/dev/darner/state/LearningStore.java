package dev.darner.state;

import dev.darner.schema.Excerpt;
import dev.darner.schema.Range;
import dev.darner.schema.Snapshot;
import dev.darner.schema.StateException;
import dev.darner.schema.StateStore;
import dev.darner.schema.Transaction;
import dev.darner.schema.TransactionResult;
import dev.darner.schema.Watch;
import dev.darner.schema.WatchListener;
import java.time.Duration;

/**
 * A store of which a view learns whatever is written to it and read from it. What needs space does
 * not reach one that is known to have none.
 */
record LearningStore(StateStore store, ClusterView view, Space space) implements StateStore {

  @Override
  public Snapshot snapshot(String prefix, String from) throws StateException, InterruptedException {
    long reached = view.revision();
    Snapshot snapshot = store.snapshot(prefix, from);
    view.compare(snapshot, reached);
    view.learn(snapshot);
    return snapshot;
  }

  /** Teaches the view nothing: what is read so, it does not show. */
  @Override
  public Excerpt read(Range range) throws StateException, InterruptedException {
    return store.read(range);
  }

  @Override
  public TransactionResult commit(Transaction transaction)
      throws StateException, InterruptedException {
    TransactionResult result =
        transaction.puts().isEmpty()
            ? store.commit(transaction)
            : space.taking(() -> store.commit(transaction));
    view.learn(transaction, result);
    return result;
  }

  @Override
  public Watch watch(String prefix, long fromRevision, WatchListener listener) {
    return store.watch(prefix, fromRevision, listener);
  }

  @Override
  public long grantLease(Duration ttl) throws StateException, InterruptedException {
    return space.taking(() -> store.grantLease(ttl));
  }

  @Override
  public boolean keepAlive(long lease) throws StateException, InterruptedException {
    return store.keepAlive(lease);
  }

  @Override
  public void revoke(long lease) throws StateException, InterruptedException {
    store.revoke(lease);
  }

  /** Closes nothing: the store belongs to who made it. */
  @Override
  public void close() {}
}
