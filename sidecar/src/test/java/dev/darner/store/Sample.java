package dev.darner.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.darner.model.ByteRange;
import dev.darner.model.Digest;
import dev.darner.model.PieceLayout;
import dev.darner.model.TaskId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;

/** A content that follows from its size and a number, and ways to write it and to check it. */
final class Sample {
  static final String TYPE = "application/vnd.oci.image.layer.v1.tar+gzip";
  static final int PIECE = 1 << 20;

  private final byte[] bytes;
  private final TaskId task;

  private Sample(byte[] bytes, TaskId task) {
    this.bytes = bytes;
    this.task = task;
  }

  static Sample of(int size, long seed) {
    byte[] bytes = new byte[size];
    new SplittableRandom(seed).nextBytes(bytes);
    return new Sample(bytes, TaskId.of(Digest.sha256(bytes)));
  }

  /** The same bytes under another name. */
  Sample named(TaskId other) {
    return new Sample(bytes, other);
  }

  TaskId task() {
    return task;
  }

  int size() {
    return bytes.length;
  }

  PieceLayout layout() {
    return PieceLayout.of(bytes.length);
  }

  /** All pieces, in order. */
  int[] pieces() {
    return IntStream.range(0, layout().count()).toArray();
  }

  ByteBuffer piece(int index) {
    ByteRange range = layout().range(index);
    return ByteBuffer.wrap(bytes, (int) range.start(), (int) range.length()).slice();
  }

  int sum(int index) {
    CRC32C sum = new CRC32C();
    sum.update(piece(index));
    return (int) sum.getValue();
  }

  Ingest begin(BlobStore store) throws StoreException {
    return store.ingest(task, bytes.length, TYPE);
  }

  void write(Ingest ingest, int... pieces) throws StoreException {
    for (int piece : pieces) {
      writeInto(ingest.claim(piece).orElseThrow());
    }
  }

  /** Writes and commits a claimed piece. */
  void writeInto(PieceWriter claimed) throws StoreException {
    try (PieceWriter writer = claimed) {
      writer.write(piece(writer.piece()));
      writer.commit(OptionalInt.of(sum(writer.piece())));
    }
  }

  /** Writes those of its pieces that nobody wrote or claimed. */
  int writeRest(Ingest ingest) throws StoreException {
    int written = 0;
    for (int piece : pieces()) {
      if (!ingest.content().pieces().contains(piece)) {
        write(ingest, piece);
        written++;
      }
    }
    return written;
  }

  /** Writes all of it, and seals it with that. */
  void put(BlobStore store) throws StoreException {
    try (Ingest ingest = begin(store)) {
      writeRest(ingest);
    }
  }

  void assertReadFrom(Content content) throws IOException {
    assertReadFrom(content, ByteRange.whole(bytes.length));
  }

  void assertReadFrom(Content content, ByteRange range) throws IOException {
    ByteBuffer found = ByteBuffer.allocate((int) range.length());
    while (found.hasRemaining()
        && content.channel().read(found, range.start() + found.position()) >= 0) {}
    byte[] expected = Arrays.copyOfRange(bytes, (int) range.start(), (int) range.end());
    assertArrayEquals(expected, found.array());
  }
}
