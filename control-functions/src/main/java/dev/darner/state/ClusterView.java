package dev.darner.state;

import dev.darner.model.ClusterId;
import dev.darner.model.TaskId;
import dev.darner.schema.ClusterRecord;
import dev.darner.schema.CrossCluster;
import dev.darner.schema.Entry;
import dev.darner.schema.Key;
import dev.darner.schema.Snapshot;
import dev.darner.schema.StateException;
import dev.darner.schema.StateStore;
import dev.darner.schema.TokenRecord;
import dev.darner.schema.Transaction;
import dev.darner.schema.TransactionResult;
import dev.darner.schema.Watch;
import dev.darner.schema.WatchListener;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * All clusters as the store has them, kept up to date by a watch: a snapshot at some revision, then
 * every change after it. When the watch is lost it starts again with a new snapshot, after a while
 * that doubles with each failure; meanwhile it shows what it last knew.
 *
 * <p>Any thread may read, without waiting. Changes come from the watch, and from this process's own
 * transactions as soon as they are answered, so that a process sees what it wrote.
 */
public final class ClusterView implements AutoCloseable {
  private static final Logger LOG = System.getLogger(ClusterView.class.getName());
  private static final Duration FIRST_WAIT = Duration.ofMillis(200);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

  private final StateStore store;
  private final Scheduler scheduler;
  private final InstantSource clock;
  private final Set<Key.Task> unwanted = ConcurrentHashMap.newKeySet();
  private final Changes preheatChanges = new Changes();
  private volatile Clusters clusters;
  private volatile boolean loaded;
  private volatile boolean following;
  private volatile boolean closed;

  /** Guarded by this. */
  private Watch watch = () -> {};

  /** Guarded by this: of all attempts to load only the latest counts. */
  private long attempts;

  /** Guarded by this. */
  private Duration wait = FIRST_WAIT;

  /** An empty view; {@link #start} lets it look. */
  public ClusterView(StateStore store, Scheduler scheduler, InstantSource clock) {
    this.store = store;
    this.scheduler = scheduler;
    this.clock = clock;
    this.clusters = of(new Snapshot("", 0, List.of()));
  }

  private Clusters of(Snapshot snapshot) {
    return new Clusters(snapshot, unwanted::add, preheatChanges, clock);
  }

  /** Begins to look, in the background. */
  public void start() {
    reloadAfter(Duration.ZERO);
  }

  /** Whether it showed the whole state at least once. */
  public boolean loaded() {
    return loaded;
  }

  /** Whether changes arrive. */
  public boolean following() {
    return following;
  }

  /** Names the store of which it shows the state: another name than before, and that is lost. */
  public String store() {
    return clusters.store();
  }

  /** What is known of a cluster; hold on to it during one decision. */
  public Cluster cluster(ClusterId name) {
    return clusters.cluster(name);
  }

  /** Every cluster that is known. */
  public Set<ClusterId> clusters() {
    return clusters.names();
  }

  /** Whether a cluster takes from others, and others are known. */
  public boolean isFederated(ClusterId name) {
    return cluster(name).said().crossCluster() != CrossCluster.OFF && !clusters.isAlone(name);
  }

  /** Whether who reads an origin matters to other tasks of the cluster, or to other clusters. */
  public boolean countsReads(ClusterId name) {
    return cluster(name).said().originConcurrency() > 0 || isFederated(name);
  }

  /** The clusters in which a task is wanted or held. */
  public Set<ClusterId> clustersOf(TaskId task) {
    return clusters.federation().clustersOf(task);
  }

  /** Who reads a task's origin for all clusters. */
  public Optional<FederationSlot> federationSlot(TaskId task) {
    return clusters.federation().slot(task);
  }

  /** Every preheat that is known. */
  public Preheats preheats() {
    return clusters.preheats();
  }

  /** Every errand that is known. */
  public Errands errands() {
    return clusters.errands();
  }

  /** Grows with each change of a preheat, and when all are seen anew. */
  public Changes preheatChanges() {
    return preheatChanges;
  }

  /** What people have said of clusters, of those of which they have; a copy. */
  public Map<ClusterId, Seen<ClusterRecord>> records() {
    return clusters.records();
  }

  /** A token of the REST interface, if it is known here. */
  public Optional<Seen<TokenRecord>> token(String id) {
    return clusters.tokens().token(id);
  }

  /** Every token that is known here, in no order. */
  public Collection<Seen<TokenRecord>> tokens() {
    return clusters.tokens().all();
  }

  /** The latest revision that is known. */
  long revision() {
    return clusters.revision();
  }

  /**
   * Compares with what the store says of itself. Another store, or an earlier revision than was
   * known before it was asked, mean that etcd was wiped or restored: begins anew.
   */
  void compare(Snapshot said, long reached) {
    if (following && (!clusters.store().equals(said.store()) || said.revision() < reached)) {
      lost("the store was replaced");
    }
  }

  /** Takes in what a transaction of this process wrote and read. */
  void learn(Transaction transaction, TransactionResult result) {
    Clusters known = clusters;
    if (result.revision() < known.loadedAt()) {
      // What was loaded meanwhile is newer.
      return;
    }
    if (result.written()) {
      for (Transaction.Put put : transaction.puts()) {
        known.put(new Entry(put.key(), put.value(), result.revision(), put.lease()));
      }
      transaction.deletes().forEach(key -> known.remove(key, result.revision()));
    }
    Set<String> present = new HashSet<>();
    for (Entry entry : result.reads()) {
      known.put(entry);
      present.add(entry.key());
    }
    transaction.reads().stream()
        .filter(key -> !present.contains(key))
        .forEach(key -> known.remove(key, result.revision()));
  }

  /** Takes in what stood under a prefix. */
  void learn(Snapshot snapshot) {
    snapshot.entries().forEach(clusters::put);
  }

  /** Tasks that were seen with a record but neither holder nor reader since the last call. */
  Set<Key.Task> takeUnwanted() {
    Set<Key.Task> taken = Set.copyOf(unwanted);
    unwanted.removeAll(taken);
    return taken;
  }

  private synchronized void lost(String reason) {
    following = false;
    LOG.log(Level.WARNING, "the watch of the state is lost, answers are degraded: {0}", reason);
    reloadAfter(FIRST_WAIT);
  }

  private synchronized void reloadAfter(Duration delay) {
    long attempt = ++attempts;
    watch.close();
    watch = () -> {};
    if (!closed) {
      scheduler.after(delay, () -> load(attempt));
    }
  }

  private void load(long attempt) {
    try {
      Snapshot snapshot = store.snapshot(Key.ROOT, Key.AFTER_AUDIT);
      follow(snapshot, attempt);
    } catch (StateException e) {
      failed(e.getMessage(), attempt);
    } catch (RuntimeException e) {
      failed(e.toString(), attempt);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void follow(Snapshot snapshot, long attempt) {
    if (closed || attempt != attempts) {
      return;
    }
    Clusters fresh = of(snapshot);
    clusters = fresh;
    wait = FIRST_WAIT;
    watch = store.watch(Key.ROOT, snapshot.revision() + 1, new Follower(fresh, attempt));
    following = true;
    loaded = true;
    preheatChanges.happened();
    LOG.log(
        Level.INFO,
        "the state is loaded as of revision {0}: {1} entries",
        Long.toString(snapshot.revision()),
        snapshot.entries().size());
  }

  private synchronized void failed(String reason, long attempt) {
    if (closed || attempt != attempts) {
      return;
    }
    if (wait.equals(FIRST_WAIT)) {
      LOG.log(Level.WARNING, "the state cannot be loaded, trying on: {0}", reason);
    }
    Duration next = wait;
    wait = wait.multipliedBy(2).compareTo(LONGEST_WAIT) < 0 ? wait.multipliedBy(2) : LONGEST_WAIT;
    reloadAfter(next);
  }

  private synchronized boolean isCurrent(long attempt) {
    return !closed && attempt == attempts;
  }

  @Override
  public synchronized void close() {
    closed = true;
    following = false;
    watch.close();
  }

  /** Hears the changes after one snapshot; called by the watch's thread. */
  private final class Follower implements WatchListener {
    private final Clusters target;
    private final long attempt;

    private Follower(Clusters target, long attempt) {
      this.target = target;
      this.attempt = attempt;
    }

    /** Deletions last: in one transaction a whole copy comes when its reader's slot goes. */
    @Override
    public void changed(List<Change> changes, long revision) {
      changes.stream().filter(change -> !change.deleted()).forEach(c -> target.put(c.entry()));
      changes.stream()
          .filter(Change::deleted)
          .forEach(c -> target.remove(c.entry().key(), c.entry().revision()));
    }

    @Override
    public void lost(StateException reason) {
      if (isCurrent(attempt)) {
        ClusterView.this.lost(reason.getMessage());
      }
    }
  }
}
