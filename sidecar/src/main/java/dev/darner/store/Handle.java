package dev.darner.store;

import dev.darner.model.Digest;
import dev.darner.model.PieceLayout;
import dev.darner.model.PieceSet;
import dev.darner.model.TaskId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/** One reader's hold on a content. */
final class Handle implements Content {
  private final Slot slot;
  private final Blob blob;
  private final AtomicBoolean closed = new AtomicBoolean();

  /** Takes over one pin of the slot. */
  Handle(Slot slot, Blob blob) {
    this.slot = slot;
    this.blob = blob;
  }

  @Override
  public TaskId task() {
    return blob.task();
  }

  @Override
  public PieceLayout layout() {
    return blob.layout();
  }

  @Override
  public String mediaType() {
    return blob.mediaType();
  }

  @Override
  public PieceSet pieces() {
    return blob.here();
  }

  @Override
  public long received() {
    return blob.received();
  }

  @Override
  public boolean sealed() {
    return blob.sealed();
  }

  @Override
  public Optional<Digest> digest() {
    return blob.digest();
  }

  @Override
  public OptionalInt sum(int piece) {
    return blob.sum(piece);
  }

  @Override
  public CompletableFuture<Long> readable(long offset) {
    CompletableFuture<Long> end = blob.readable(this, offset);
    if (closed.get()) {
      blob.leave(this);
    }
    return end;
  }

  @Override
  public FileChannel channel() {
    if (closed.get()) {
      throw new IllegalStateException(task() + " was closed by its reader");
    }
    try {
      return slot.files().reading().channel();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + task(), e);
    }
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      blob.leave(this);
      slot.unpin();
    }
  }
}
