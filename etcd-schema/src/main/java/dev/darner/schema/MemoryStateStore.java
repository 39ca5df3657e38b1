package dev.darner.schema;

import dev.darner.schema.WatchListener.Change;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The state in memory: etcd's twin for a single process and for tests. It keeps what the contract
 * promises, revisions, transactions, leases and watches, and forgets all when the process ends.
 *
 * <p>Leases that have run out end when anything is asked of the store, or with {@link
 * #expireLeases}, which its owner calls about once a second for the sake of the watches.
 *
 * <p>Any thread may call; the object's monitor guards all of its state. Listeners are called by the
 * executor, without the monitor.
 */
public final class MemoryStateStore implements StateStore {
  private static final AtomicInteger STORES = new AtomicInteger();

  /** Changes kept for watches that start late or are slow: minutes of a busy cluster. */
  private static final int KEPT_CHANGES = 20_000;

  private final String name = "memory-" + STORES.incrementAndGet();
  private final InstantSource clock;
  private final Executor listeners;
  private final NavigableMap<String, Entry> entries = new TreeMap<>(MemoryStateStore::byCodePoint);
  private final Map<Long, Lease> leases = new HashMap<>();
  private final NavigableMap<Long, List<Change>> history = new TreeMap<>();
  private final Set<Cursor> cursors = new CopyOnWriteArraySet<>();
  private int kept;
  private long oldestKept = 1;
  private long revision = 1;
  private long lastLease;

  /**
   * An empty store.
   *
   * @param clock by which leases run out
   * @param listeners runs the calls to watch listeners; for each listener one task at a time
   */
  public MemoryStateStore(InstantSource clock, Executor listeners) {
    this.clock = clock;
    this.listeners = listeners;
  }

  @Override
  public Snapshot snapshot(String prefix) {
    return snapshot(prefix, prefix);
  }

  @Override
  public Snapshot snapshot(String prefix, String from) {
    Arguments.requirePrefix(prefix);
    return alone(() -> new Snapshot(name, revision, under(prefix, from)));
  }

  @Override
  public Excerpt read(Range range) {
    return alone(() -> {
      NavigableMap<String, Entry> between = between(range.from(), range.before());
      NavigableMap<String, Entry> ordered = range.backwards() ? between.descendingMap() : between;
      return new Excerpt(ordered.values().stream().limit(range.most()).toList(), between.size());
    });
  }

  @Override
  public Watch watch(String prefix, long fromRevision, WatchListener listener) {
    Arguments.requirePrefix(prefix);
    Arguments.requireRevision(fromRevision);
    Cursor cursor = new Cursor(prefix, fromRevision, listener);
    return alone(() -> {
      cursors.add(cursor);
      return cursor;
    });
  }

  @Override
  public TransactionResult commit(Transaction transaction) throws StateException.NoLease {
    return alone(() -> {
      boolean holds = transaction.conditions().stream().allMatch(this::holds);
      if (holds) {
        requireLeases(transaction.puts());
        write(transaction.puts(), transaction.deletes());
      }
      return new TransactionResult(holds, revision, present(transaction.reads()));
    });
  }

  @Override
  public long grantLease(Duration ttl) {
    Arguments.requireTtl(ttl);
    return alone(() -> {
      leases.put(++lastLease, new Lease(lastLease, ttl, clock.instant().plus(ttl)));
      return lastLease;
    });
  }

  @Override
  public boolean keepAlive(long lease) {
    return alone(() -> leases.computeIfPresent(lease, (id, old) -> renewed(old)) != null);
  }

  @Override
  public void revoke(long lease) {
    alone(() -> end(lease));
  }

  /** Ends every lease that has run out, and with it its keys. */
  public void expireLeases() {
    alone(() -> null);
  }

  /** Forgets the changes before a revision: watches from an earlier one are lost. */
  public void compact(long toRevision) {
    alone(() -> forget(toRevision));
  }

  @Override
  public void close() {
    cursors.forEach(Cursor::close);
  }

  /** Does a work with the monitor held, after leases ran out, and then wakes who waits for news. */
  private <T, E extends Exception> T alone(Work<T, E> work) throws E {
    try {
      synchronized (this) {
        endExpired();
        return work.run();
      }
    } finally {
      cursors.forEach(Cursor::wake);
    }
  }

  private NavigableMap<String, Entry> between(String from, String before) {
    return byCodePoint(from, before) < 0
        ? entries.subMap(from, true, before, false)
        : Collections.emptyNavigableMap();
  }

  private List<Entry> under(String prefix, String from) {
    return entries.tailMap(from).values().stream()
        .takeWhile(entry -> entry.key().startsWith(prefix))
        .toList();
  }

  private List<Entry> present(List<String> keys) {
    return keys.stream().filter(entries::containsKey).map(entries::get).toList();
  }

  private Lease renewed(Lease lease) {
    return new Lease(lease.id(), lease.ttl(), clock.instant().plus(lease.ttl()));
  }

  private void endExpired() {
    Instant now = clock.instant();
    leases.values().stream()
        .filter(lease -> !lease.deadline().isAfter(now))
        .sorted(Comparator.comparing(Lease::deadline).thenComparingLong(Lease::id))
        .map(Lease::id)
        .toList()
        .forEach(this::end);
  }

  private long forget(long toRevision) {
    oldestKept = Math.max(oldestKept, Math.min(toRevision, revision));
    while (!history.isEmpty() && history.firstKey() < oldestKept) {
      kept -= history.pollFirstEntry().getValue().size();
    }
    return oldestKept;
  }

  private boolean holds(Transaction.Condition condition) {
    Entry entry = entries.get(condition.key());
    return condition.revision() == (entry == null ? 0 : entry.revision());
  }

  private void requireLeases(List<Transaction.Put> puts) throws StateException.NoLease {
    for (Transaction.Put put : puts) {
      if (put.lease() != 0 && !leases.containsKey(put.lease())) {
        throw new StateException.NoLease(
            "no lease " + Long.toHexString(put.lease()) + " for " + put.key(), null);
      }
    }
  }

  private boolean end(long lease) {
    boolean known = leases.remove(lease) != null;
    if (known) {
      write(
          List.of(),
          entries.values().stream()
              .filter(entry -> entry.lease() == lease)
              .map(Entry::key)
              .toList());
    }
    return known;
  }

  /** Makes one revision of all changes; none when nothing changes. */
  private void write(List<Transaction.Put> puts, List<String> deletes) {
    long next = revision + 1;
    List<Change> changes = new ArrayList<>();
    for (Transaction.Put put : puts) {
      Entry entry = new Entry(put.key(), put.value(), next, put.lease());
      entries.put(put.key(), entry);
      changes.add(new Change(entry, false));
    }
    for (String key : deletes) {
      if (entries.remove(key) != null) {
        changes.add(new Change(new Entry(key, "", next, 0), true));
      }
    }
    if (!changes.isEmpty()) {
      revision = next;
      history.put(next, changes);
      kept += changes.size();
      while (kept > KEPT_CHANGES && history.size() > 1) {
        forget(history.firstKey() + 1);
      }
    }
  }

  /** As etcd sorts: by the bytes of UTF-8, which is by code point, not by UTF-16 unit. */
  private static int byCodePoint(String one, String other) {
    int length = Math.min(one.length(), other.length());
    for (int i = 0; i < length; i++) {
      if (one.charAt(i) != other.charAt(i)) {
        return Integer.compare(rank(one.charAt(i)), rank(other.charAt(i)));
      }
    }
    return Integer.compare(one.length(), other.length());
  }

  private static int rank(char unit) {
    return Character.isSurrogate(unit) ? unit + Character.MAX_VALUE : unit;
  }

  private interface Work<T, E extends Exception> {
    T run() throws E;
  }

  private record Lease(long id, Duration ttl, Instant deadline) {}

  /**
   * A watch: a place in the history that moves on as its listener is told. A slow listener costs no
   * memory; one that falls out of the history is lost. The store's monitor guards it.
   */
  private final class Cursor implements Watch {
    private final String prefix;
    private final WatchListener listener;
    private long next;
    private boolean awake;

    private Cursor(String prefix, long next, WatchListener listener) {
      this.prefix = prefix;
      this.next = next;
      this.listener = listener;
    }

    /** Lets the executor tell what is new, unless nothing is or it already does. */
    private void wake() {
      synchronized (MemoryStateStore.this) {
        if (awake || next > revision) {
          return;
        }
        awake = true;
      }
      listeners.execute(this::tell);
    }

    private void tell() {
      for (Runnable call = nextCall(); call != null; call = nextCall()) {
        try {
          call.run();
        } catch (RuntimeException e) {
          fail(e);
        }
      }
    }

    private void fail(RuntimeException e) {
      if (!cursors.remove(this)) {
        throw e;
      }
      listener.lost(new StateException.Unavailable("the listener failed, before " + next, e));
    }

    /** What the listener is to hear next; null when it has heard everything. */
    private Runnable nextCall() {
      synchronized (MemoryStateStore.this) {
        if (cursors.contains(this)) {
          if (next < oldestKept) {
            cursors.remove(this);
            return () -> listener.lost(compacted());
          }
          for (Map.Entry<Long, List<Change>> made : history.tailMap(next).entrySet()) {
            next = made.getKey() + 1;
            List<Change> changes = ofPrefix(made.getValue());
            if (!changes.isEmpty()) {
              return () -> listener.changed(changes, made.getKey());
            }
          }
        }
        awake = false;
        return null;
      }
    }

    private List<Change> ofPrefix(List<Change> changes) {
      return changes.stream().filter(change -> change.entry().key().startsWith(prefix)).toList();
    }

    private StateException compacted() {
      return new StateException.Compacted(
          "changes up to revision %d are gone".formatted(oldestKept - 1), null);
    }

    @Override
    public void close() {
      synchronized (MemoryStateStore.this) {
        cursors.remove(this);
      }
    }
  }
}
