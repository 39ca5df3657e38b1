package dev.darner.store;

import dev.darner.model.Digest;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** One hold on a content that is being written. */
final class Filling implements Ingest {
  private final Slot slot;
  private final Room room;
  private final Blob blob;
  private final Handle content;
  private final AtomicBoolean closed = new AtomicBoolean();

  Filling(Slot slot, Room room, Blob blob, Handle content) {
    this.slot = slot;
    this.room = room;
    this.blob = blob;
    this.content = content;
  }

  @Override
  public Content content() {
    return content;
  }

  @Override
  public Optional<PieceWriter> claim(int piece) {
    if (closed.get() || !blob.claim(piece)) {
      return Optional.empty();
    }
    if (!slot.pin()) {
      blob.free(piece);
      return Optional.empty();
    }
    return Optional.of(new ClaimedPiece(this, slot, room, blob, piece));
  }

  /** Seals what is all here already. */
  void sealWhenComplete() throws StoreException {
    if (blob.complete() && !blob.sealed()) {
      slot.seal(room);
    }
  }

  @Override
  public void expect(Digest digest) throws StoreException {
    blob.expect(digest);
  }

  /** Whether claims may still be written. */
  void throwIfEnded() throws StoreException {
    blob.throwFailure();
    if (closed.get()) {
      throw new StoreException.Gone("the writing of " + blob.task() + " was ended");
    }
  }

  @Override
  public void abandon(StoreException cause) {
    var _ = blob.sealed() || slot.end(cause);
    close();
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      blob.rest();
      content.close();
      slot.endIfEmpty();
    }
  }
}
