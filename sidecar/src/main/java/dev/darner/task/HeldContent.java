package dev.darner.task;

import dev.darner.model.Digest;
import dev.darner.model.PieceLayout;
import dev.darner.model.PieceSet;
import dev.darner.model.TaskId;
import dev.darner.store.Content;
import java.nio.channels.FileChannel;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** A content for whose sake a task is filled: its closing is told of, once. */
final class HeldContent implements Content {
  private final Content held;
  private final Consumer<Boolean> letGo;
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * @param letGo told at the end whether all of it was here
   */
  HeldContent(Content held, Consumer<Boolean> letGo) {
    this.held = held;
    this.letGo = letGo;
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      boolean whole = held.sealed() || held.pieces().size() == held.layout().count();
      held.close();
      letGo.accept(whole);
    }
  }

  @Override
  public TaskId task() {
    return held.task();
  }

  @Override
  public PieceLayout layout() {
    return held.layout();
  }

  @Override
  public String mediaType() {
    return held.mediaType();
  }

  @Override
  public PieceSet pieces() {
    return held.pieces();
  }

  @Override
  public long received() {
    return held.received();
  }

  @Override
  public boolean sealed() {
    return held.sealed();
  }

  @Override
  public Optional<Digest> digest() {
    return held.digest();
  }

  @Override
  public OptionalInt sum(int piece) {
    return held.sum(piece);
  }

  @Override
  public CompletableFuture<Long> readable(long offset) {
    return held.readable(offset);
  }

  @Override
  public FileChannel channel() {
    return held.channel();
  }
}
