package dev.darner.store;

import dev.darner.model.Digest;
import dev.darner.model.PieceLayout;
import dev.darner.model.PieceSet;
import dev.darner.model.TaskId;
import dev.darner.store.Waiters.Waiter;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What is known of one content while it is in use, shared by all its handles: which pieces are here
 * or claimed, and who waits for what. Touches no file.
 *
 * <pre>
 * piece:   free → claimed → here        claimed → free when the claim is given up
 * content: arriving → sealed            arriving, sealed → failed, for good
 * </pre>
 *
 * <p>Safe for use by many threads: guarded by its own monitor, under which nothing waits and no
 * future is completed.
 */
final class Blob {
  private final TaskId task;
  private final PieceLayout layout;
  private final String mediaType;
  private final Sums sums;
  private final BitSet claimed = new BitSet();
  private final Waiters waiters = new Waiters();
  private final AtomicLong received = new AtomicLong();
  private volatile PieceSet here = PieceSet.EMPTY;
  private volatile Digest digest;
  private volatile Digest expected;
  private volatile StoreException failure;
  private int fillers;

  /** The content of a label: none of it is here, or all when the label is that of a sealed one. */
  Blob(Label label) {
    task = label.task();
    layout = PieceLayout.of(label.size());
    mediaType = label.mediaType();
    sums = label.digest().isPresent() ? label.sums() : Sums.blank(layout.count());
    expected = task.digest().orElse(null);
    if (label.digest().isPresent()) {
      here = PieceSet.full(layout.count());
      received.set(layout.size());
      digest = label.digest().get();
    }
  }

  TaskId task() {
    return task;
  }

  PieceLayout layout() {
    return layout;
  }

  String mediaType() {
    return mediaType;
  }

  PieceSet here() {
    return here;
  }

  long received() {
    return received.get();
  }

  /** Counts bytes of a piece that is being written; negative when they are given up. */
  void receive(long bytes) {
    received.addAndGet(bytes);
  }

  boolean complete() {
    return here.firstMissing(0) >= layout.count();
  }

  Optional<Digest> digest() {
    return Optional.ofNullable(digest);
  }

  /** The digest that the whole must have, when one is known. */
  Optional<Digest> expected() {
    return Optional.ofNullable(expected);
  }

  /** See {@link Ingest#expect}. */
  synchronized void expect(Digest must) throws StoreException {
    Digest known = digest != null && digest.algorithm() == must.algorithm() ? digest : expected;
    if (known != null && !known.equals(must)) {
      throw new StoreException.Corrupt(
          "%s is said to be %s, but is %s".formatted(task, must, known));
    }
    expected = must;
  }

  boolean sealed() {
    return digest != null;
  }

  Optional<StoreException> failure() {
    return Optional.ofNullable(failure);
  }

  synchronized OptionalInt sum(int piece) {
    Objects.checkIndex(piece, layout.count());
    return here.contains(piece) ? OptionalInt.of(sums.get(piece)) : OptionalInt.empty();
  }

  /** The label of this content, sealed with {@code is}. */
  synchronized Label label(Digest is) {
    return Label.started(task, layout.size(), mediaType).sealed(is, Sums.parse(sums.toString()));
  }

  /** A piece of an earlier run was found good. */
  synchronized void restore(int piece, int sum) {
    sums.set(piece, sum);
    here = here.with(piece);
    receive(layout.range(piece).length());
  }

  synchronized boolean claim(int piece) {
    Objects.checkIndex(piece, layout.count());
    if (failure != null || here.contains(piece) || claimed.get(piece)) {
      return false;
    }
    claimed.set(piece);
    return true;
  }

  synchronized void free(int piece) {
    claimed.clear(piece);
  }

  /** Makes a claimed piece be here, and wakes who waits for it. */
  void land(int piece, int sum) throws StoreException {
    List<Waiter> woken;
    long end;
    synchronized (this) {
      throwFailure();
      sums.set(piece, sum);
      here = here.with(piece);
      claimed.clear(piece);
      end = readableEnd(piece);
      woken = waiters.take(piece);
    }
    woken.forEach(waiter -> waiter.end().complete(end));
  }

  /**
   * The digest holds: the last byte may be read.
   *
   * @return wakes who waits for it
   */
  Runnable seal(Digest is) {
    List<Waiter> woken;
    synchronized (this) {
      digest = is;
      woken = waiters.takeAll();
    }
    return () -> woken.forEach(waiter -> waiter.end().complete(layout.size()));
  }

  /** One more fills this: what is not here is worth waiting for. */
  synchronized void filled() {
    fillers++;
  }

  /** One less fills this; after the last one, who waits, waits in vain. */
  void rest() {
    List<Waiter> failed;
    synchronized (this) {
      fillers--;
      failed = fillers == 0 ? waiters.takeAll() : List.of();
    }
    failAll(failed, unfilled());
  }

  synchronized boolean isFilled() {
    return fillers > 0;
  }

  /** Nothing of this may be used any more. */
  void fail(StoreException cause) {
    List<Waiter> failed;
    synchronized (this) {
      failure = failure == null ? cause : failure;
      failed = waiters.takeAll();
    }
    failAll(failed, cause);
  }

  /** A handle is closed: it waits no more. */
  void leave(Object reader) {
    List<Waiter> failed;
    synchronized (this) {
      failed = waiters.takeOf(reader);
    }
    if (!failed.isEmpty()) {
      // Made only then: each read ends here, and an exception costs more than what it sends.
      failAll(failed, new StoreException.Gone(task + " was closed by its reader"));
    }
  }

  private static void failAll(List<Waiter> failed, StoreException cause) {
    failed.forEach(waiter -> waiter.end().completeExceptionally(cause));
  }

  void throwFailure() throws StoreException {
    if (failure != null) {
      throw failure;
    }
  }

  /** How many wait for bytes. */
  synchronized int waiting() {
    return waiters.count();
  }

  /** See {@link Content#readable}. */
  CompletableFuture<Long> readable(Object reader, long offset) {
    Objects.checkIndex(offset, layout.size() + 1);
    Waiter waiter;
    synchronized (this) {
      if (failure != null) {
        return CompletableFuture.failedFuture(failure);
      }
      if (offset == layout.size()) {
        return CompletableFuture.completedFuture(offset);
      }
      if (isReadable(offset)) {
        return CompletableFuture.completedFuture(readableEnd(layout.pieceAt(offset)));
      }
      if (fillers == 0) {
        return CompletableFuture.failedFuture(unfilled());
      }
      waiter = waiters.add(reader, bringer(offset));
    }
    forgetWhenDone(waiter);
    return waiter.end();
  }

  private void forgetWhenDone(Waiter waiter) {
    var _ =
        waiter
            .end()
            .whenComplete((end, failed) -> {
              synchronized (this) {
                waiters.remove(waiter);
              }
            });
  }

  private boolean isReadable(long offset) {
    return sealed() || (offset < layout.size() - 1 && here.contains(layout.pieceAt(offset)));
  }

  /** The piece whose landing makes the byte at {@code offset} readable. */
  private int bringer(long offset) {
    return offset == layout.size() - 1 ? Waiters.SEAL : layout.pieceAt(offset);
  }

  /** The end of the run of readable bytes that {@code piece} is in. */
  private long readableEnd(int piece) {
    long end = Math.min((long) here.firstMissing(piece) * layout.pieceLength(), layout.size());
    return sealed() ? end : Math.min(end, layout.size() - 1);
  }

  private StoreException unfilled() {
    return new StoreException.Gone("nobody fetches the rest of " + task);
  }
}
