package dev.darner.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.schema.Transaction.Put;
import dev.darner.schema.WatchListener.Change;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** All that every {@link StateStore} promises, one test a promise: here of watches. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
abstract class StateStoreContract extends TransactionContract {
  @Test
  void aWatchFromTheSnapshotOnMissesNothingAndTellsNothingTwice() throws Exception {
    List<Long> written = Collections.synchronizedList(new ArrayList<>());
    AtomicBoolean taken = new AtomicBoolean();
    Callable<Void> writer =
        () -> {
          for (int left = 500; left > 0; left -= taken.get() ? 1 : 0) {
            written.add(put("key-" + left % 7, String.valueOf(left)).revision());
          }
          return null;
        };
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Void>> writers = List.of(threads.submit(writer), threads.submit(writer));
      Snapshot snapshot;
      try {
        Eventually.holds("writing has begun", () -> written.size() > 50);
        snapshot = store().snapshot(prefix);
      } finally {
        taken.set(true);
      }
      Heard heard = new Heard();
      try (Watch _ = store().watch(prefix, snapshot.revision() + 1, heard)) {
        for (Future<Void> done : writers) {
          done.get();
        }
        List<Long> expected =
            written.stream().filter(at -> at > snapshot.revision()).sorted().toList();
        assertTrue(expected.size() >= 998, "writing went on");
        heard.waitFor(expected.size());
        assertEquals(expected, revisions(heard.changes()));
      }
    }
  }

  @Test
  void aWatchTellsThePastFromItsRevisionOn() throws Exception {
    put("a", "1");
    long second = put("a", "2").revision();
    put("b", "1");
    delete("a");
    Heard heard = new Heard();
    try (Watch _ = store().watch(prefix, second, heard)) {
      heard.waitFor(3);
    }
    assertEquals(List.of(second, second + 1, second + 2), revisions(heard.changes()));
    assertEquals(new Change(new Entry(key("a"), "", second + 2, 0), true), heard.changes().get(2));
  }

  @Test
  void aWatchHearsOfItsPrefixOnly() throws Exception {
    long from = put("outside", "1").revision() + 1;
    Heard heard = new Heard();
    try (Watch _ = store().watch(key("in/"), from, heard)) {
      put("outside", "2");
      put("in", "1");
      put("in/side", "1");
      put("in0", "1");
      put("in/side", "2");
      heard.waitFor(2);
      assertEquals(List.of(from + 2, from + 4), revisions(heard.changes()));
    }
  }

  @Test
  void severalWatchesHearTheSame() throws Exception {
    long from = store().snapshot(prefix).revision() + 1;
    Heard one = new Heard();
    Heard other = new Heard();
    try (Watch _ = store().watch(prefix, from, one);
        Watch _ = store().watch(prefix, from, other)) {
      put("a", "1");
      delete("a");
      one.waitFor(2);
      other.waitFor(2);
      assertEquals(one.changes(), other.changes());
    }
  }

  @Test
  void aListenerThatIsSlowMissesNothing() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    Heard heard = new Heard(() -> awaitQuietly(release));
    long from = store().snapshot(prefix).revision() + 1;
    int transactions = 120;
    try (Watch _ = store().watch(prefix, from, heard)) {
      for (int i = 0; i < transactions; i++) {
        String round = String.valueOf(i);
        store()
            .commit(
                puts(
                    IntStream.range(0, Transaction.MOST_STEPS)
                        .mapToObj(n -> new Put(key("n" + n), round, 0))
                        .toArray(Put[]::new)));
      }
      release.countDown();
      heard.waitFor(transactions * Transaction.MOST_STEPS);
    }
    List<Long> expected =
        IntStream.range(0, transactions)
            .boxed()
            .flatMap(i -> Collections.nCopies(Transaction.MOST_STEPS, from + i).stream())
            .toList();
    assertEquals(expected, revisions(heard.changes()));
  }

  static void awaitQuietly(CountDownLatch latch) {
    try {
      assertTrue(latch.await(1, TimeUnit.MINUTES));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aWatchFromACompactedRevisionIsLost() throws Exception {
    long first = put("a", "1").revision();
    put("a", "2");
    long last = put("a", "3").revision();
    compact(last);
    Heard heard = new Heard();
    try (Watch _ = store().watch(prefix, first, heard)) {
      heard.waitForLost(StateException.Compacted.class);
    }
    assertEquals(List.of(), heard.changes());
    Heard fresh = new Heard();
    try (Watch _ = store().watch(prefix, last, fresh)) {
      fresh.waitFor(1);
      assertNull(fresh.lost());
    }
  }

  @Test
  void aListenerThatFailsIsToldThatItsWatchIsLost() throws Exception {
    AtomicBoolean fail = new AtomicBoolean(true);
    Heard heard =
        new Heard(() -> {
          if (fail.getAndSet(false)) {
            throw new IllegalStateException("as this test wants");
          }
        });
    long from = store().snapshot(prefix).revision() + 1;
    try (Watch _ = store().watch(prefix, from, heard)) {
      put("a", "1");
      heard.waitForLost(StateException.Unavailable.class);
    }
    assertEquals("as this test wants", heard.lost().getCause().getMessage());
  }

  @Test
  void aClosedWatchTellsNoMore() throws Exception {
    Heard heard = new Heard();
    Heard control = new Heard();
    long from = store().snapshot(prefix).revision() + 1;
    try (Watch _ = store().watch(prefix, from, control)) {
      Watch watch = store().watch(prefix, from, heard);
      put("a", "1");
      heard.waitFor(1);
      watch.close();
      watch.close();
      put("a", "2");
      put("a", "3");
      control.waitFor(3);
    }
    assertEquals(1, heard.changes().size());
    assertNull(heard.lost());
  }

  @Test
  void aWatchMayBeClosedByItsListener() throws Exception {
    CountDownLatch opened = new CountDownLatch(1);
    List<Watch> own = new ArrayList<>();
    Heard heard =
        new Heard(() -> {
          awaitQuietly(opened);
          own.forEach(Watch::close);
        });
    Heard control = new Heard();
    long from = store().snapshot(prefix).revision() + 1;
    try (Watch _ = store().watch(prefix, from, control)) {
      own.add(store().watch(prefix, from, heard));
      opened.countDown();
      put("a", "1");
      heard.waitFor(1);
      put("a", "2");
      control.waitFor(2);
    }
    assertEquals(1, heard.changes().size());
  }

  @Test
  void closingTheStoreEndsItsWatchesWhichAreNotLost() throws Exception {
    Heard heard = new Heard();
    long from = store().snapshot(prefix).revision() + 1;
    StateStore closing = anotherStore();
    closing.watch(prefix, from, heard);
    put("a", "1");
    heard.waitFor(1);
    closing.close();
    closing.close();
    assertNull(heard.lost());
    assertEquals(1, heard.changes().size());
  }
}
