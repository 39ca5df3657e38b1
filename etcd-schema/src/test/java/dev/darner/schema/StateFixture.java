package dev.darner.schema;

import dev.darner.schema.Transaction.Condition;
import dev.darner.schema.Transaction.Put;
import dev.darner.schema.WatchListener.Change;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** The store under test, and short words for what tests do to it. */
abstract class StateFixture {
  private static final AtomicInteger TESTS = new AtomicInteger();

  /** Nobody but the running test writes below it. */
  final String prefix = "/contract/" + TESTS.incrementAndGet() + "/";

  /** A store that other tests may use too. */
  abstract StateStore store() throws Exception;

  /** A store of this test's own, on the same state as {@link #store}. */
  abstract StateStore anotherStore() throws Exception;

  /** Lets time pass: a fake clock's, or nothing, where it passes by itself. */
  abstract void pass(Duration time);

  /** Makes the store forget what changed before a revision. */
  abstract void compact(long revision) throws Exception;

  String key(String name) {
    return prefix + name;
  }

  TransactionResult put(String name, String value) throws Exception {
    return put(name, value, 0);
  }

  TransactionResult put(String name, String value, long lease) throws Exception {
    return store().commit(puts(new Put(key(name), value, lease)));
  }

  static Transaction puts(Put... puts) {
    return new Transaction(List.of(), List.of(puts), List.of(), List.of());
  }

  TransactionResult delete(String name) throws Exception {
    return store().commit(new Transaction(List.of(), List.of(), List.of(key(name)), List.of()));
  }

  /** Writes if a key was last written at a revision, and reads it. */
  TransactionResult putIf(String name, long revision, String value) throws Exception {
    return store()
        .commit(
            new Transaction(
                List.of(new Condition(key(name), revision)),
                List.of(new Put(key(name), value, 0)),
                List.of(),
                List.of(key(name))));
  }

  List<String> names() throws Exception {
    return store().snapshot(prefix).entries().stream()
        .map(entry -> entry.key().substring(prefix.length()))
        .toList();
  }

  static List<Long> revisions(List<Change> changes) {
    return changes.stream().map(change -> change.entry().revision()).toList();
  }
}
