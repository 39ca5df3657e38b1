package dev.darner.registry;

import dev.darner.model.Digest;
import dev.darner.model.PieceLayout;
import dev.darner.model.PieceSet;
import dev.darner.model.TaskId;
import dev.darner.store.Content;
import dev.darner.store.StoreException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;

/** A content whose bytes a test lets arrive, all in a file from the start. */
final class FakeContent implements Content {
  private record Waiter(long offset, CompletableFuture<Long> end) {}

  private final TaskId task;
  private final long size;
  private final String mediaType;
  private final FileChannel file;
  private final List<Waiter> waiters = new ArrayList<>();
  private long here;
  private long received;
  private StoreException failure;

  FakeContent(TaskId task, long size, String mediaType, Path file) {
    this.task = task;
    this.size = size;
    this.mediaType = mediaType;
    try {
      this.file = FileChannel.open(file, StandardOpenOption.READ);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Bytes up to {@code end} are here. */
  synchronized void arrive(long end) {
    here = end;
    received = Math.max(received, end);
    List<Waiter> ready = waiters.stream().filter(w -> w.offset() < end).toList();
    waiters.removeAll(ready);
    ready.forEach(w -> w.end().complete(end));
  }

  /** Bytes came of a piece that is not whole yet. */
  synchronized void receive(long bytes) {
    received += bytes;
  }

  /** No more bytes will come. */
  synchronized void fail(StoreException cause) {
    failure = cause;
    waiters.forEach(w -> w.end().completeExceptionally(cause));
    waiters.clear();
  }

  @Override
  public TaskId task() {
    return task;
  }

  @Override
  public PieceLayout layout() {
    return PieceLayout.of(size);
  }

  @Override
  public String mediaType() {
    return mediaType;
  }

  @Override
  public PieceSet pieces() {
    throw new UnsupportedOperationException("the door asks for no pieces");
  }

  @Override
  public synchronized long received() {
    return received;
  }

  @Override
  public synchronized boolean sealed() {
    return here == size;
  }

  @Override
  public Optional<Digest> digest() {
    return sealed() ? task.digest() : Optional.empty();
  }

  @Override
  public OptionalInt sum(int piece) {
    throw new UnsupportedOperationException("the door asks for no sums");
  }

  @Override
  public synchronized CompletableFuture<Long> readable(long offset) {
    if (offset == size || offset < here) {
      return CompletableFuture.completedFuture(Math.max(offset, here));
    }
    if (failure != null) {
      return CompletableFuture.failedFuture(failure);
    }
    Waiter waiter = new Waiter(offset, new CompletableFuture<>());
    waiters.add(waiter);
    return waiter.end();
  }

  @Override
  public FileChannel channel() {
    return file;
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
