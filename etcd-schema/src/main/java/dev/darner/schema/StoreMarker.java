package dev.darner.schema;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.PutOption;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Tells one store from another that took its place. etcd's cluster id does not: it follows from
 * names and addresses, so a wiped etcd that starts again has the old one. Hence a key that says
 * since when this store is in use; who finds none writes it.
 *
 * <p>Any thread may call.
 */
final class StoreMarker {
  /** Outside {@link Key#ROOT}: it belongs to the store, not to a version of the schema. */
  private static final ByteSequence KEY = JetcdStateStore.bytes("/darner/store");

  private final EtcdConnection etcd;
  private final InstantSource clock;
  private volatile String claimed;

  StoreMarker(EtcdConnection etcd, InstantSource clock) {
    this.etcd = etcd;
    this.clock = clock;
  }

  /** What the key holds. */
  record Since(Instant since) {}

  /** Which store this is; marks one that nobody marked. */
  String claim() throws StateException, InterruptedException {
    GetResponse found = read();
    if (found.getKvs().isEmpty()) {
      mark();
      found = read();
    }
    claimed = identity(found);
    return claimed;
  }

  private GetResponse read() throws StateException, InterruptedException {
    return etcd.ask("read the store's marker", client -> client.getKVClient().get(KEY));
  }

  private void mark() throws StateException, InterruptedException {
    ByteSequence value = JetcdStateStore.bytes(Json.write(new Since(clock.instant())));
    Cmp unmarked = new Cmp(KEY, Cmp.Op.EQUAL, CmpTarget.modRevision(0));
    Op put = Op.put(KEY, value, PutOption.DEFAULT);
    etcd.ask(
        "mark the store", client -> client.getKVClient().txn().If(unmarked).Then(put).commit());
  }

  /**
   * Checks that the store is the one that was claimed, and that it has not gone back in time.
   *
   * @param revision that it had reached
   * @throws StateException.Compacted when it is another, or restored from an older copy
   */
  void verify(long revision) throws StateException, InterruptedException {
    String expected = claimed == null ? claim() : claimed;
    GetResponse response = read();
    String found = identity(response);
    if (!found.equals(expected) || response.getHeader().getRevision() < revision) {
      throw new StateException.Compacted(
          "the store was replaced: it was %s at revision %d and is %s at revision %d"
              .formatted(expected, revision, found, response.getHeader().getRevision()),
          null);
    }
  }

  private static String identity(GetResponse marker) {
    String since =
        marker.getKvs().stream()
            .findFirst()
            .flatMap(found -> Json.read(JetcdStateStore.entry(found).value(), Since.class))
            .map(value -> String.valueOf(value.since()))
            .orElse("unmarked");
    return Long.toHexString(marker.getHeader().getClusterId()) + " since " + since;
  }
}
