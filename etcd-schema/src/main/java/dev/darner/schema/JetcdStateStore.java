package dev.darner.schema;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.kv.TxnResponse;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.DeleteOption;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.OptionsUtil;
import io.etcd.jetcd.options.PutOption;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The state in etcd, of version 3.4 or later, through jetcd.
 *
 * <p>Every call ends within the deadline, a snapshot within one for each {@value #PAGE} entries.
 * Calls that only read are repeated within it when a connection breaks; a transaction is sent once.
 *
 * <p>Any thread may call. Each watch calls its listener from a virtual thread of its own.
 */
public final class JetcdStateStore implements StateStore {
  /** How long a call may take unless told otherwise. */
  public static final Duration DEFAULT_DEADLINE = Duration.ofSeconds(2);

  private static final int PAGE = Range.LARGEST;

  /** What makes of a key the next one. */
  private static final ByteSequence NUL = bytes("\0");

  private final EtcdConnection etcd;
  private final StoreMarker marker;
  private final Set<JetcdWatch> watches = ConcurrentHashMap.newKeySet();

  /**
   * Returns before etcd was reached.
   *
   * @param endpoints of etcd's members, such as {@code http://10.0.0.5:2379}
   * @param deadline of each call
   * @param clock dates the marker that tells one store from another
   * @throws IllegalArgumentException when an endpoint is not {@code http://HOST:PORT}
   */
  public JetcdStateStore(List<URI> endpoints, Duration deadline, InstantSource clock) {
    this.etcd = new EtcdConnection(endpoints, deadline, clock);
    this.marker = new StoreMarker(etcd, clock);
  }

  @Override
  public Snapshot snapshot(String prefix, String from) throws StateException, InterruptedException {
    Arguments.requirePrefix(prefix);
    // First whose, then what: a store replaced in between is taken for the old one, and its watch
    // finds out; the other way round nobody would.
    String store = marker.claim();
    ByteSequence end = OptionsUtil.prefixEndOf(bytes(prefix));
    List<Entry> entries = new ArrayList<>();
    GetResponse page = page(bytes(from), end, 0);
    long revision = page.getHeader().getRevision();
    page.getKvs().forEach(found -> entries.add(entry(found)));
    while (page.isMore()) {
      page = page(page.getKvs().getLast().getKey().concat(NUL), end, revision);
      page.getKvs().forEach(found -> entries.add(entry(found)));
    }
    return new Snapshot(store, revision, entries);
  }

  private GetResponse page(ByteSequence from, ByteSequence end, long revision)
      throws StateException, InterruptedException {
    GetOption option =
        GetOption.builder().withRange(end).withLimit(PAGE).withRevision(revision).build();
    return etcd.ask("snapshot", client -> client.getKVClient().get(from, option));
  }

  @Override
  public Excerpt read(Range range) throws StateException, InterruptedException {
    GetOption option =
        GetOption.builder()
            .withRange(bytes(range.before()))
            .withLimit(range.most())
            .withSortField(GetOption.SortTarget.KEY)
            .withSortOrder(
                range.backwards() ? GetOption.SortOrder.DESCEND : GetOption.SortOrder.ASCEND)
            .build();
    GetResponse found =
        etcd.ask("read", client -> client.getKVClient().get(bytes(range.from()), option));
    return new Excerpt(
        found.getKvs().stream().map(JetcdStateStore::entry).toList(), found.getCount());
  }

  @Override
  public Watch watch(String prefix, long fromRevision, WatchListener listener) {
    Arguments.requirePrefix(prefix);
    Arguments.requireRevision(fromRevision);
    JetcdWatch watch = new JetcdWatch(etcd, marker, prefix, fromRevision, listener);
    watches.add(watch);
    Thread.ofVirtual()
        .name("watch " + prefix)
        .start(() -> {
          watch.run();
          watches.remove(watch);
        });
    return watch;
  }

  @Override
  public TransactionResult commit(Transaction transaction)
      throws StateException, InterruptedException {
    TxnResponse response = etcd.ask("commit", client -> commit(client, transaction));
    List<Entry> reads =
        response.getGetResponses().stream()
            .flatMap(read -> read.getKvs().stream())
            .map(JetcdStateStore::entry)
            .toList();
    return new TransactionResult(response.isSucceeded(), response.getHeader().getRevision(), reads);
  }

  private static CompletableFuture<TxnResponse> commit(Client client, Transaction transaction) {
    Cmp[] conditions =
        transaction.conditions().stream().map(JetcdStateStore::condition).toArray(Cmp[]::new);
    List<Op> reads =
        transaction.reads().stream()
            .map(key -> (Op) Op.get(bytes(key), GetOption.DEFAULT))
            .toList();
    Stream<Op> puts = transaction.puts().stream().map(JetcdStateStore::put);
    Stream<Op> deletes =
        transaction.deletes().stream().map(key -> Op.delete(bytes(key), DeleteOption.DEFAULT));
    Op[] writesThenReads =
        Stream.of(puts, deletes, reads.stream()).flatMap(ops -> ops).toArray(Op[]::new);
    return client
        .getKVClient()
        .txn()
        .If(conditions)
        .Then(writesThenReads)
        .Else(reads.toArray(Op[]::new))
        .commit();
  }

  /** To etcd, a key that does not exist was written at revision 0. */
  private static Cmp condition(Transaction.Condition condition) {
    return new Cmp(
        bytes(condition.key()), Cmp.Op.EQUAL, CmpTarget.modRevision(condition.revision()));
  }

  private static Op put(Transaction.Put put) {
    PutOption option = PutOption.builder().withLeaseId(put.lease()).build();
    return Op.put(bytes(put.key()), bytes(put.value()), option);
  }

  @Override
  public long grantLease(Duration ttl) throws StateException, InterruptedException {
    Arguments.requireTtl(ttl);
    return etcd.ask("grant a lease", client -> client.getLeaseClient().grant(ttl.toSeconds()))
        .getID();
  }

  @Override
  public boolean keepAlive(long lease) throws StateException, InterruptedException {
    try {
      etcd.ask("keep a lease alive", client -> client.getLeaseClient().keepAliveOnce(lease));
      return true;
    } catch (StateException.NoLease e) {
      return false;
    }
  }

  @Override
  public void revoke(long lease) throws StateException, InterruptedException {
    try {
      etcd.ask("revoke a lease", client -> client.getLeaseClient().revoke(lease));
    } catch (StateException.NoLease e) {
      // It is gone, as wanted.
    }
  }

  @Override
  public void close() {
    watches.forEach(JetcdWatch::close);
    etcd.close();
  }

  static ByteSequence bytes(String text) {
    return ByteSequence.from(text, UTF_8);
  }

  static Entry entry(KeyValue found) {
    return new Entry(
        found.getKey().toString(UTF_8),
        found.getValue().toString(UTF_8),
        found.getModRevision(),
        found.getLease());
  }
}
