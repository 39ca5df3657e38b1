package dev.darner.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MemoryStateStoreTest extends StateStoreContract {
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-11-24T07:16:00Z"));
  private final ExecutorService listeners = Executors.newVirtualThreadPerTaskExecutor();
  private final MemoryStateStore store = new MemoryStateStore(now::get, listeners);

  @Override
  StateStore store() {
    return store;
  }

  @Override
  StateStore anotherStore() {
    return store;
  }

  @Override
  void pass(Duration time) {
    now.updateAndGet(instant -> instant.plus(time));
    store.expireLeases();
  }

  @Override
  void compact(long revision) {
    store.compact(revision);
  }

  @AfterEach
  void close() {
    store.close();
    listeners.close();
  }

  @Test
  void everyStoreIsAnother() {
    assertNotEquals(
        store.snapshot(prefix).store(),
        new MemoryStateStore(now::get, listeners).snapshot(prefix).store());
  }

  @Test
  void listenersMayBeCalledByTheWriterItself() throws Exception {
    MemoryStateStore direct = new MemoryStateStore(now::get, Runnable::run);
    Heard heard = new Heard();
    direct.watch(prefix, 1, heard);
    direct.commit(puts(new Transaction.Put(key("a"), "1", 0)));
    assertEquals(1, heard.changes().size());
  }

  @Test
  void aListenerMayWriteInTurn() throws Exception {
    MemoryStateStore direct = new MemoryStateStore(now::get, Runnable::run);
    direct.watch(
        prefix,
        1,
        new WatchListener() {
          @Override
          public void changed(List<Change> changes, long revision) {
            try {
              int next = Integer.parseInt(changes.getLast().entry().value()) + 1;
              if (next < 10) {
                direct.commit(puts(new Transaction.Put(key("a"), String.valueOf(next), 0)));
              }
            } catch (StateException e) {
              throw new IllegalStateException(e);
            }
          }

          @Override
          public void lost(StateException reason) {}
        });
    direct.commit(puts(new Transaction.Put(key("a"), "1", 0)));
    assertEquals("9", direct.snapshot(prefix).entries().getFirst().value());
  }

  @Test
  void historyHasABoundAndAWatchThatFallsOutIsLost() throws Exception {
    for (int i = 0; i < 20_050; i++) {
      put("a", "1");
    }
    Heard late = new Heard();
    store.watch(prefix, 2, late);
    late.waitForLost(StateException.Compacted.class);
  }
}
