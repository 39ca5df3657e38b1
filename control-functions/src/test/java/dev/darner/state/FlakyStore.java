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
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;

/**
 * A store that can be made unreachable or silent, whose watches can be lost, and that counts what
 * it is asked to write.
 */
public final class FlakyStore implements StateStore {
  private final StateStore store;
  private final List<WatchListener> watching = new CopyOnWriteArrayList<>();
  private final List<Transaction> committed = new CopyOnWriteArrayList<>();
  private volatile boolean unreachable;
  private volatile boolean silent;
  private volatile boolean withheld;
  private volatile boolean mute;
  private volatile boolean full;
  private volatile Runnable beforeCommit = () -> {};
  private volatile BooleanSupplier afterWrite = () -> false;

  public FlakyStore(StateStore store) {
    this.store = store;
  }

  /** Every call fails at once. */
  public void unreachable(boolean now) {
    unreachable = now;
  }

  /** Every call waits until its thread is interrupted. */
  public void silent(boolean now) {
    silent = now;
  }

  /** Watches hear of nothing: views are late. What happens meanwhile they never hear. */
  public void withholdNews(boolean now) {
    withheld = now;
  }

  /** Every transaction waits until its thread is interrupted; what only reads is answered. */
  public void mute(boolean now) {
    mute = now;
  }

  /** It has no space for what is put, nor for leases. */
  public void full(boolean now) {
    full = now;
  }

  /** Runs before each transaction: time that passes, or somebody who comes first. */
  public void beforeCommit(Runnable happens) {
    beforeCommit = happens;
  }

  /** After each transaction that writes: whether its answer is lost. */
  public void afterWrite(BooleanSupplier lost) {
    afterWrite = lost;
  }

  /** Every watch is lost. */
  public void loseWatches() {
    List<WatchListener> lost = List.copyOf(watching);
    watching.clear();
    lost.forEach(listener -> listener.lost(new StateException.Compacted("history is gone", null)));
  }

  /** The transactions that were sent since the last call, those that only read left out. */
  public List<Transaction> takeWrites() {
    List<Transaction> writes =
        committed.stream().filter(t -> !t.puts().isEmpty() || !t.deletes().isEmpty()).toList();
    committed.clear();
    return writes;
  }

  private void reach() throws StateException, InterruptedException {
    if (unreachable) {
      throw new StateException.Unavailable("made unreachable", null);
    }
    hang(silent);
  }

  private void requireSpace(boolean needed) throws StateException {
    if (full && needed) {
      throw new StateException.Full("made full", null);
    }
  }

  private static void hang(boolean now) throws InterruptedException {
    if (now) {
      new CountDownLatch(1).await();
    }
  }

  @Override
  public Snapshot snapshot(String prefix, String from) throws StateException, InterruptedException {
    reach();
    return store.snapshot(prefix, from);
  }

  @Override
  public Excerpt read(Range range) throws StateException, InterruptedException {
    reach();
    return store.read(range);
  }

  @Override
  public Watch watch(String prefix, long fromRevision, WatchListener listener) {
    watching.add(listener);
    return store.watch(
        prefix,
        fromRevision,
        new WatchListener() {
          @Override
          public void changed(List<Change> changes, long revision) {
            if (!withheld) {
              listener.changed(changes, revision);
            }
          }

          @Override
          public void lost(StateException reason) {
            listener.lost(reason);
          }
        });
  }

  @Override
  public TransactionResult commit(Transaction transaction)
      throws StateException, InterruptedException {
    reach();
    hang(mute);
    beforeCommit.run();
    committed.add(transaction);
    requireSpace(!transaction.puts().isEmpty());
    TransactionResult result = store.commit(transaction);
    if (!transaction.puts().isEmpty() && afterWrite.getAsBoolean()) {
      throw new StateException.Unavailable("the answer was lost", null);
    }
    return result;
  }

  @Override
  public long grantLease(Duration ttl) throws StateException, InterruptedException {
    reach();
    requireSpace(true);
    return store.grantLease(ttl);
  }

  @Override
  public boolean keepAlive(long lease) throws StateException, InterruptedException {
    reach();
    return store.keepAlive(lease);
  }

  @Override
  public void revoke(long lease) throws StateException, InterruptedException {
    reach();
    store.revoke(lease);
  }

  @Override
  public void close() {
    store.close();
  }
}
