package dev.darner.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The client of etcd finds there what it finds in etcd, as far as a start-up cache learns it. */
@Timeout(60)
class LoopbackEtcdTest {
  private static final InstantSource CLOCK = InstantSource.system();
  private static final String KEY = Key.ROOT + "hosts/c/n1";

  private final MemoryStateStore memory = new MemoryStateStore(CLOCK, Runnable::run);
  private LoopbackEtcd etcd;
  private JetcdStateStore store;

  @BeforeEach
  void start() throws Exception {
    etcd = new LoopbackEtcd(memory);
    store = new JetcdStateStore(List.of(etcd.uri()), Duration.ofSeconds(20), CLOCK);
  }

  @AfterEach
  void stop() {
    store.close();
    etcd.close();
    memory.close();
  }

  private TransactionResult put(String value, long lease, long seen) throws Exception {
    return store.commit(
        new Transaction(
            List.of(new Transaction.Condition(KEY, seen)),
            List.of(new Transaction.Put(KEY, value, lease)),
            List.of(),
            List.of(KEY)));
  }

  @Test
  void whatIsWrittenIsReadAndComparedWith() throws Exception {
    TransactionResult first = put("{\"a\":1}", 0, 0);
    assertTrue(first.written());
    assertEquals("{\"a\":1}", first.reads().getFirst().value());
    TransactionResult late = put("{\"a\":2}", 0, 0);
    assertFalse(late.written());
    assertEquals(first.reads(), late.reads());
    Snapshot snapshot = store.snapshot(Key.ROOT);
    assertEquals(first.reads(), snapshot.entries());
    assertTrue(
        store.commit(new Transaction(List.of(), List.of(), List.of(KEY), List.of())).written());
    assertEquals(List.of(), store.snapshot(Key.ROOT).entries());
  }

  @Test
  void aWatchIsToldAndALeaseEndsItsKeys() throws Exception {
    BlockingQueue<WatchListener.Change> told = new LinkedBlockingQueue<>();
    long from = store.snapshot(Key.ROOT).revision() + 1;
    long lease = store.grantLease(Duration.ofMinutes(1));
    try (Watch _ = store.watch(Key.ROOT, from, new Telling(told))) {
      assertTrue(put("{}", lease, 0).written());
      assertFalse(told.poll(20, TimeUnit.SECONDS).deleted());
      assertTrue(store.keepAlive(lease));
      store.revoke(lease);
      assertTrue(told.poll(20, TimeUnit.SECONDS).deleted());
      assertFalse(store.keepAlive(lease));
    }
  }

  private record Telling(BlockingQueue<WatchListener.Change> told) implements WatchListener {
    @Override
    public void changed(List<Change> changes, long revision) {
      told.addAll(changes);
    }

    @Override
    public void lost(StateException reason) {
      throw new AssertionError(reason);
    }
  }
}
