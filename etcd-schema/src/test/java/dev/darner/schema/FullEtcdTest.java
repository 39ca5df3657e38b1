package dev.darner.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.schema.Transaction.Put;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What {@link JetcdStateStore} makes of an etcd that has no space left. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class FullEtcdTest {
  private static final long QUOTA = 2_000_000;
  private static final String LARGE = "x".repeat(100_000);
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final String PREFIX = "/full/";

  private EtcdProcess etcd;
  private StateStore store;

  @BeforeEach
  void start() throws Exception {
    etcd = EtcdProcess.started(QUOTA);
    store =
        new JetcdStateStore(
            List.of(etcd.endpoint()), Duration.ofSeconds(20), InstantSource.system());
  }

  @AfterEach
  void stop() throws Exception {
    if (store != null) {
      store.close();
    }
    if (etcd != null) {
      etcd.close();
    }
  }

  @Test
  void refusesWhatNeedsSpaceAloneAndTakesItAgainWhenSomeIsMade() throws Exception {
    long lease = store.grantLease(MINUTE);
    long other = store.grantLease(MINUTE);
    put("small", "1");
    Heard heard = new Heard();
    store.watch(PREFIX, store.snapshot(PREFIX).revision() + 1, heard);
    StateException.Full full = fill();
    for (String step : List.of("compact", "defrag", "--quota-backend-bytes", "alarm disarm")) {
      assertTrue(full.getMessage().contains(step), full.getMessage());
    }
    long before = store.snapshot(PREFIX).revision();
    assertThrows(StateException.Full.class, () -> put("small", "2"));
    assertThrows(StateException.Full.class, () -> store.grantLease(MINUTE));
    assertEquals(before, store.snapshot(PREFIX).revision(), "nothing was written");
    assertTrue(store.keepAlive(lease));
    assertEquals("1", read());
    store.revoke(other);
    Transaction deletion =
        new Transaction(List.of(), List.of(), List.of(PREFIX + "small"), List.of());
    assertTrue(store.commit(deletion).written());
    assertThrows(StateException.Full.class, () -> put("small", "2"), "nor does that make space");
    etcd.ctl("compaction", "--physical", String.valueOf(store.snapshot(PREFIX).revision()));
    etcd.ctl("defrag");
    assertThrows(StateException.Full.class, () -> put("small", "2"), "the alarm is still raised");
    etcd.ctl("alarm", "disarm");
    put("small", "3");
    assertEquals("3", read());
    assertTrue(store.keepAlive(store.grantLease(MINUTE)));
    long last = store.snapshot(PREFIX).revision();
    Eventually.holds(
        "the watch heard all of it", () -> heard.changes().getLast().entry().revision() == last);
  }

  private StateException.Full fill() {
    return assertThrows(
        StateException.Full.class,
        () -> {
          while (true) {
            put("large", LARGE);
          }
        });
  }

  private void put(String name, String value) throws Exception {
    Put put = new Put(PREFIX + name, value, 0);
    store.commit(new Transaction(List.of(), List.of(put), List.of(), List.of()));
  }

  private String read() throws Exception {
    return store.commit(Transaction.reading(List.of(PREFIX + "small"))).reads().getFirst().value();
  }
}
