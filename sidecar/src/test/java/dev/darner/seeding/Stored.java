package dev.darner.seeding;

import dev.darner.model.ByteRange;
import dev.darner.model.Digest;
import dev.darner.model.PieceLayout;
import dev.darner.model.PieceSums;
import dev.darner.model.TaskId;
import dev.darner.store.BlobStore;
import dev.darner.store.Ingest;
import dev.darner.store.PieceWriter;
import dev.darner.store.StoreException;
import dev.darner.store.StoreSettings;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;

/** A content of random bytes, and ways to put it into a store. */
final class Stored {
  /** Three pieces and a half. */
  static final int SIZE = 3_600_000;

  static final int PIECES = 4;
  static final String TYPE = "application/vnd.oci.image.layer.v1.tar+gzip";

  private final TaskId task;
  private final byte[] bytes;
  private final long size;

  private Stored(TaskId task, byte[] bytes, long size) {
    this.task = task;
    this.bytes = bytes;
    this.size = size;
  }

  TaskId task() {
    return task;
  }

  byte[] bytes() {
    return bytes;
  }

  static Stored random(long seed) {
    byte[] bytes = new byte[SIZE];
    new Random(seed).nextBytes(bytes);
    return new Stored(TaskId.of(Digest.sha256(bytes)), bytes, bytes.length);
  }

  /** As {@link #random}, under the name of another content. */
  static Stored corrupt(long seed) {
    return new Stored(TaskId.of(Digest.sha256(new byte[] {1})), random(seed).bytes(), SIZE);
  }

  /**
   * A content whose first piece is at hand, of the length that a piece has at most: longer than all
   * that waits on its way.
   */
  static Stored firstPieceOfMany(long seed) {
    return new Stored(random(seed).task(), new byte[1 << 24], (1L << 32) + 1);
  }

  PieceSums sums() {
    PieceLayout layout = PieceLayout.of(bytes.length);
    return PieceSums.of(
        IntStream.range(0, layout.count()).map(piece -> sum(layout.range(piece))).toArray());
  }

  private int sum(ByteRange range) {
    CRC32C sum = new CRC32C();
    sum.update(bytes, (int) range.start(), (int) range.length());
    return (int) sum.getValue();
  }

  static BlobStore store(Path folder) throws StoreException {
    return BlobStore.open(folder, StoreSettings.DEFAULTS);
  }

  Ingest begin(BlobStore store) throws StoreException {
    return store.ingest(task, size, TYPE);
  }

  void land(Ingest ingest, int piece) throws StoreException {
    ByteRange range = ingest.content().layout().range(piece);
    try (PieceWriter writer = ingest.claim(piece).orElseThrow()) {
      writer.write(ByteBuffer.wrap(bytes, (int) range.start(), (int) range.length()));
      writer.commit(OptionalInt.empty());
    }
  }

  void seal(BlobStore store) throws StoreException {
    try (Ingest ingest = begin(store)) {
      for (int piece = 0; piece < PIECES; piece++) {
        land(ingest, piece);
      }
    }
  }
}
