package dev.darner.store;

import dev.darner.model.ByteRange;
import java.nio.ByteBuffer;
import java.util.OptionalInt;
import java.util.zip.CRC32C;

/** A claim on one piece, and how far it is written. Used by one thread. */
final class ClaimedPiece implements PieceWriter {
  private final Filling filling;
  private final Slot slot;
  private final Room room;
  private final Blob blob;
  private final int piece;
  private final ByteRange range;
  private final CRC32C sum = new CRC32C();
  private long at;
  private boolean spoilt;
  private boolean landed;
  private boolean done;

  /** Takes over the claim, and one pin of the slot. */
  ClaimedPiece(Filling filling, Slot slot, Room room, Blob blob, int piece) {
    this.filling = filling;
    this.slot = slot;
    this.room = room;
    this.blob = blob;
    this.piece = piece;
    range = blob.layout().range(piece);
    at = range.start();
  }

  @Override
  public int piece() {
    return piece;
  }

  @Override
  public int remaining() {
    return (int) (range.end() - at);
  }

  @Override
  public void write(ByteBuffer bytes) throws StoreException {
    checkUse();
    filling.throwIfEnded();
    if (bytes.remaining() > remaining()) {
      spoilt = true;
      throw new StoreException.Corrupt(
          "%s is longer than its %d bytes".formatted(this, range.length()));
    }
    sum.update(bytes.duplicate());
    int length = bytes.remaining();
    int start = bytes.position();
    spoilt = true;
    room.inRoom(
        blob.task(),
        remaining(),
        () -> slot.files().writing().write(bytes, at + bytes.position() - start));
    spoilt = false;
    at += length;
    blob.receive(length);
  }

  @Override
  public void commit(OptionalInt given) throws StoreException {
    checkUse();
    try (this) {
      filling.throwIfEnded();
      check(given);
      land();
      finish();
    }
  }

  private void check(OptionalInt given) throws StoreException {
    if (spoilt || remaining() > 0) {
      throw new StoreException.Corrupt(
          "%s has %d bytes, %d came".formatted(this, range.length(), at - range.start()));
    }
    if (given.isPresent() && given.getAsInt() != sum()) {
      throw new StoreException.Corrupt(
          "%s has the sum %08x, not %08x as its sender said"
              .formatted(this, sum(), given.getAsInt()));
    }
  }

  private int sum() {
    return (int) sum.getValue();
  }

  private void land() throws StoreException {
    room.inRoom(blob.task(), range.length(), () -> slot.files().journal().append(piece, sum()));
    blob.land(piece, sum());
    landed = true;
    slot.landed();
  }

  private void finish() throws StoreException {
    room.inRoom(blob.task(), 0, slot.hash()::advance);
    if (blob.complete()) {
      slot.seal(room);
    }
  }

  private void checkUse() {
    if (done) {
      throw new IllegalStateException(this + " is not claimed any more");
    }
  }

  @Override
  public void close() {
    if (done) {
      return;
    }
    done = true;
    if (!landed) {
      blob.receive(range.start() - at);
      blob.free(piece);
    }
    slot.unpin();
  }

  @Override
  public String toString() {
    return "piece %d of %s".formatted(piece, blob.task());
  }
}
