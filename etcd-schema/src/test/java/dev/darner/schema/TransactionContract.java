package dev.darner.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.schema.Transaction.Condition;
import dev.darner.schema.Transaction.Put;
import dev.darner.schema.WatchListener.Change;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What every {@link StateStore} promises of snapshots, transactions and leases. */
abstract class TransactionContract extends StateFixture {
  // Snapshots

  @Test
  void aPrefixWithoutKeysHasNoEntries() throws Exception {
    Snapshot snapshot = store().snapshot(prefix);
    assertEquals(List.of(), snapshot.entries());
    assertTrue(snapshot.revision() >= 1);
    assertFalse(snapshot.store().isEmpty());
    assertEquals(snapshot.store(), store().snapshot(prefix).store());
  }

  @Test
  void aSnapshotShowsWhatWasWritten() throws Exception {
    long lease = store().grantLease(Duration.ofMinutes(1));
    long first = put("a", "{\"n\":1}").revision();
    long second = put("b", "{}", lease).revision();
    put("c", "gone");
    long last = delete("c").revision();
    Snapshot snapshot = store().snapshot(prefix);
    assertEquals(
        List.of(
            new Entry(key("a"), "{\"n\":1}", first, 0), new Entry(key("b"), "{}", second, lease)),
        snapshot.entries());
    assertTrue(snapshot.revision() >= last);
  }

  @Test
  void aSnapshotOfThousandsOfKeysIsWholeAndInOrder() throws Exception {
    List<String> names = IntStream.range(0, 2500).mapToObj("%05d"::formatted).toList();
    for (int i = 0; i < names.size(); i += 100) {
      store()
          .commit(
              puts(
                  names.subList(i, i + 100).stream()
                      .map(name -> new Put(key(name), name, 0))
                      .toArray(Put[]::new)));
    }
    assertEquals(names, names());
  }

  @Test
  void aSnapshotMayBeginAtAKey() throws Exception {
    for (String name : List.of("a/1", "a0", "b", "c")) {
      put(name, "1");
    }
    List<Entry> entries = store().snapshot(prefix, key("a0")).entries();
    assertEquals(List.of(key("a0"), key("b"), key("c")), entries.stream().map(Entry::key).toList());
  }

  // Ranges

  @Test
  void aRangeIsReadFromEitherEndAndCounted() throws Exception {
    for (String name : List.of("a", "b", "c", "d")) {
      put(name, name);
    }
    assertExcerpt(3, List.of("b", "c"), new Range(key("b"), key("e"), 2, false));
    assertExcerpt(3, List.of("d", "c"), new Range(key("b"), key("e"), 2, true));
    assertExcerpt(2, List.of("b", "a"), new Range(key("a"), key("c"), 1000, true));
  }

  @Test
  void aRangeWithoutKeysIsEmpty() throws Exception {
    put("a", "1");
    assertExcerpt(0, List.of(), new Range(key("b"), key("c"), 10, false));
    assertExcerpt(0, List.of(), new Range(key("a"), key("a"), 10, true));
    assertExcerpt(0, List.of(), new Range(key("b"), key("a"), 10, true));
  }

  private void assertExcerpt(long count, List<String> names, Range range) throws Exception {
    Excerpt excerpt = store().read(range);
    assertEquals(
        names, excerpt.entries().stream().map(e -> e.key().substring(prefix.length())).toList());
    assertEquals(count, excerpt.count());
  }

  @Test
  void aRangeShowsWhatWasWritten() throws Exception {
    long lease = store().grantLease(Duration.ofMinutes(1));
    long revision = put("a", "{}", lease).revision();
    assertEquals(
        List.of(new Entry(key("a"), "{}", revision, lease)),
        store().read(new Range(key("a"), key("b"), 1, true)).entries());
    assertRefused(() -> new Range(key("a"), key("b"), 0, true));
    assertRefused(() -> new Range(key("a"), key("b"), 1001, true));
    assertRefused(() -> new Range("", key("b"), 1, true));
  }

  @Test
  void keysMayHoldAnyTextAndAreInOrderOfTheirBytes() throws Exception {
    List<String> names =
        List.of(
            " ",
            "%2F..//",
            "1",
            "10",
            "2",
            "A:b",
            "sha256:abc",
            "\u007f",
            "\u00e9",
            "\u4e2d\u6587",
            "\ufffd",
            "\ud83d\udc32");
    List<String> shuffled = new ArrayList<>(names);
    Collections.shuffle(shuffled, new Random(7));
    Heard heard = new Heard();
    long from = store().snapshot(prefix).revision() + 1;
    try (Watch _ = store().watch(prefix, from, heard)) {
      for (String name : shuffled) {
        put(name, "\"" + name + "\"");
      }
      heard.waitFor(names.size());
    }
    assertEquals(names, names());
    assertEquals(
        shuffled.stream().map(this::key).toList(),
        heard.changes().stream().map(change -> change.entry().key()).toList());
    for (Entry entry : store().snapshot(prefix).entries()) {
      assertEquals("\"" + entry.key().substring(prefix.length()) + "\"", entry.value());
    }
  }

  @Test
  void aLargeValueIsKeptWhole() throws Exception {
    String large = "\u20ac".repeat(320_000);
    put("large", large);
    assertEquals(large, store().snapshot(prefix).entries().getFirst().value());
  }

  @Test
  void aPrefixIsTextAndNotAPath() throws Exception {
    put("node-1/x", "1");
    put("node-10", "2");
    assertEquals(2, store().snapshot(key("node-1")).entries().size());
    assertEquals(1, store().snapshot(key("node-1/")).entries().size());
  }

  // Transactions

  @Test
  void aTransactionIsOneRevision() throws Exception {
    put("old", "x");
    long before = store().snapshot(prefix).revision();
    Heard heard = new Heard();
    try (Watch _ = store().watch(prefix, before + 1, heard)) {
      TransactionResult result =
          store()
              .commit(
                  new Transaction(
                      List.of(),
                      List.of(new Put(key("b"), "1", 0), new Put(key("a"), "2", 0)),
                      List.of(key("old"), key("never")),
                      List.of()));
      assertTrue(result.written());
      assertEquals(before + 1, result.revision());
      heard.waitFor(3);
      assertEquals(
          List.of(
              new Change(new Entry(key("b"), "1", before + 1, 0), false),
              new Change(new Entry(key("a"), "2", before + 1, 0), false),
              new Change(new Entry(key("old"), "", before + 1, 0), true)),
          heard.changes());
    }
  }

  @Test
  void aConditionOnAbsenceHoldsOnlyWhileTheKeyIsAbsent() throws Exception {
    assertTrue(putIf("a", 0, "first").written());
    assertFalse(putIf("a", 0, "second").written());
    delete("a");
    assertTrue(putIf("a", 0, "third").written());
    assertEquals("third", store().snapshot(prefix).entries().getFirst().value());
  }

  @Test
  void aConditionOnARevisionHoldsOnlyForThatWrite() throws Exception {
    long first = put("a", "1").revision();
    long second = put("a", "2").revision();
    assertFalse(putIf("a", first, "no").written());
    assertFalse(putIf("a", second + 1, "no").written());
    assertTrue(putIf("a", second, "3").written());
    assertFalse(putIf("a", second, "no").written());
    delete("a");
    assertFalse(putIf("a", second, "no").written());
    assertEquals(List.of(), names());
  }

  @Test
  void allConditionsMustHold() throws Exception {
    long revision = put("a", "1").revision();
    List<Put> writes = List.of(new Put(key("b"), "1", 0));
    Condition holds = new Condition(key("a"), revision);
    Condition fails = new Condition(key("a"), 0);
    assertFalse(
        store()
            .commit(new Transaction(List.of(holds, fails), writes, List.of(key("a")), List.of()))
            .written());
    assertEquals(List.of("a"), names());
    assertTrue(
        store()
            .commit(new Transaction(List.of(holds), writes, List.of(key("a")), List.of()))
            .written());
    assertEquals(List.of("b"), names());
  }

  @Test
  void readsShowTheStateAfterwardsWrittenOrNot() throws Exception {
    TransactionResult won = putIf("a", 0, "mine");
    assertEquals(List.of(new Entry(key("a"), "mine", won.revision(), 0)), won.reads());
    TransactionResult lost = putIf("a", 0, "yours");
    assertEquals(won.reads(), lost.reads());
    assertEquals(won.revision(), lost.revision());
    TransactionResult deleted =
        store()
            .commit(
                new Transaction(
                    List.of(), List.of(), List.of(key("a")), List.of(key("a"), key("b"))));
    assertEquals(List.of(), deleted.reads());
  }

  @Test
  void whatChangesNothingIsNoRevision() throws Exception {
    long before = put("a", "1").revision();
    assertEquals(before, delete("never").revision());
    assertEquals(before, putIf("a", 0, "2").revision());
    assertEquals(before + 1, put("a", "1").revision());
  }

  @Test
  void ofRacingTransactionsOneWins() throws Exception {
    int racers = 16;
    CountDownLatch start = new CountDownLatch(1);
    Callable<TransactionResult> racer =
        () -> {
          start.await();
          return putIf("slot", 0, Thread.currentThread().toString());
        };
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<TransactionResult>> results =
          Stream.generate(() -> threads.submit(racer)).limit(racers).toList();
      start.countDown();
      int winners = 0;
      Entry winner = null;
      for (Future<TransactionResult> result : results) {
        winners += result.get().written() ? 1 : 0;
        Entry seen = result.get().reads().getFirst();
        assertTrue(winner == null || winner.equals(seen), "all see the one winner");
        winner = seen;
      }
      assertEquals(1, winners);
    }
  }

  @Test
  void noUpdateIsLostBetweenManyWriters() throws Exception {
    int writers = 8;
    int rounds = 20;
    put("count", "0");
    Callable<Void> writer =
        () -> {
          for (int i = 0; i < rounds; ) {
            Entry seen = store().snapshot(key("count")).entries().getFirst();
            String next = String.valueOf(Integer.parseInt(seen.value()) + 1);
            i += putIf("count", seen.revision(), next).written() ? 1 : 0;
          }
          return null;
        };
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Void> done : threads.invokeAll(Collections.nCopies(writers, writer))) {
        done.get();
      }
    }
    String count = store().snapshot(prefix).entries().getFirst().value();
    assertEquals(String.valueOf(writers * rounds), count);
  }

  // Leases

  @Test
  void aLeaseThatRunsOutTakesItsKeysAndTheWatchTells() throws Exception {
    long lease = store().grantLease(Duration.ofSeconds(1));
    put("stays", "1");
    put("a", "1", lease);
    long last = put("b", "1", lease).revision();
    Heard heard = new Heard();
    try (Watch _ = store().watch(prefix, last + 1, heard)) {
      pass(Duration.ofSeconds(2));
      heard.waitFor(2);
    }
    assertEquals(List.of("stays"), names());
    assertTrue(heard.changes().stream().allMatch(Change::deleted));
    assertEquals(
        List.of(key("a"), key("b")),
        heard.changes().stream().map(change -> change.entry().key()).sorted().toList());
    assertFalse(store().keepAlive(lease));
    assertThrows(StateException.NoLease.class, () -> put("a", "2", lease));
    assertEquals(List.of("stays"), names());
  }

  @Test
  void aLeaseThatIsKeptAliveOutlivesOneThatIsNot() throws Exception {
    long kept = store().grantLease(Duration.ofSeconds(2));
    long left = store().grantLease(Duration.ofSeconds(2));
    put("kept", "1", kept);
    put("left", "1", left);
    Eventually.holds(
        "the lease that nobody keeps runs out",
        () -> {
          pass(Duration.ofMillis(500));
          assertTrue(store().keepAlive(kept));
          return !names().contains("left");
        });
    assertEquals(List.of("kept"), names());
  }

  @Test
  void ofManyThatAreKeptAliveAtOnceEachHearsOfItsOwnLease() throws Exception {
    List<Long> leases = new ArrayList<>();
    for (int n = 0; n < 30; n++) {
      leases.add(store().grantLease(Duration.ofMinutes(1)));
    }
    store().revoke(leases.get(7));
    try (ExecutorService all = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Boolean>> kept = new ArrayList<>();
      for (long lease : leases) {
        kept.add(all.submit(() -> store().keepAlive(lease)));
      }
      for (int n = 0; n < leases.size(); n++) {
        assertEquals(n != 7, kept.get(n).get(), "lease " + n);
      }
    }
  }

  @Test
  void aRevokedLeaseTakesItsKeysAtOnce() throws Exception {
    long lease = store().grantLease(Duration.ofMinutes(1));
    put("a", "1", lease);
    put("b", "1");
    store().revoke(lease);
    assertEquals(List.of("b"), names());
    assertFalse(store().keepAlive(lease));
  }

  @Test
  void revokingAnUnknownLeaseIsNoError() throws Exception {
    long lease = store().grantLease(Duration.ofMinutes(1));
    store().revoke(lease);
    store().revoke(lease);
    store().revoke(0x7777_7777_7777L);
    assertFalse(store().keepAlive(0x7777_7777_7777L));
  }

  @Test
  void aPutWithADeadLeaseWritesNothing() throws Exception {
    long lease = store().grantLease(Duration.ofMinutes(1));
    store().revoke(lease);
    Transaction both = puts(new Put(key("a"), "1", 0), new Put(key("b"), "1", lease));
    assertThrows(StateException.NoLease.class, () -> store().commit(both));
    assertEquals(List.of(), names());
  }

  @Test
  void aDeadLeaseIsNoMatterWhenTheConditionFails() throws Exception {
    long lease = store().grantLease(Duration.ofMinutes(1));
    store().revoke(lease);
    put("a", "1");
    TransactionResult result =
        store()
            .commit(
                new Transaction(
                    List.of(new Condition(key("a"), 0)),
                    List.of(new Put(key("a"), "2", lease)),
                    List.of(),
                    List.of()));
    assertFalse(result.written());
  }

  @Test
  void aKeyHangsOnTheLeaseOfItsLastWriteOnly() throws Exception {
    long first = store().grantLease(Duration.ofMinutes(1));
    long second = store().grantLease(Duration.ofMinutes(1));
    put("freed", "1", first);
    put("freed", "2");
    put("moved", "1", first);
    put("moved", "2", second);
    store().revoke(first);
    assertEquals(List.of("freed", "moved"), names());
    store().revoke(second);
    assertEquals(List.of("freed"), names());
  }

  // Refusals

  @Test
  void whatCannotBeDoneIsRefused() throws Exception {
    assertRefused(() -> store().snapshot(""));
    assertRefused(() -> store().watch("", 1, new Heard()));
    assertRefused(() -> store().watch(prefix, 0, new Heard()));
    assertRefused(() -> store().grantLease(Duration.ofMillis(999)));
    assertRefused(() -> puts(new Put("", "1", 0)));
    assertRefused(() -> puts(new Put("a", "1", 0), new Put("a", "2", 0)));
    assertRefused(
        () -> new Transaction(List.of(), List.of(new Put("a", "1", 0)), List.of("a"), List.of()));
    assertRefused(() -> puts(new Put("a", "x".repeat(1_000_000), 0)));
    List<String> many = IntStream.rangeClosed(0, 128).mapToObj(String::valueOf).toList();
    assertRefused(() -> new Transaction(List.of(), List.of(), many, List.of()));
    assertRefused(() ->
        new Transaction(
            many.stream().map(name -> new Condition(name, 0)).toList(),
            List.of(),
            List.of(),
            List.of()));
  }

  private static void assertRefused(Callable<?> call) {
    assertThrows(IllegalArgumentException.class, call::call);
  }
}
