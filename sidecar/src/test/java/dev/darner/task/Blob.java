package dev.darner.task;

import dev.darner.model.BlobRef;
import dev.darner.model.ByteRange;
import dev.darner.model.Digest;
import dev.darner.model.PieceLayout;
import dev.darner.model.Repository;
import dev.darner.model.TaskId;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32C;

/** A content of random bytes, and where the origin has it. */
final class Blob {
  static final String TYPE = "application/octet-stream";
  static final int MIB = 1 << 20;

  private final BlobRef ref;
  private final byte[] bytes;

  /**
   * @param ref its place
   * @param bytes what a source gives for it: the digest's own bytes, unless made otherwise
   */
  Blob(BlobRef ref, byte[] bytes) {
    this.ref = ref;
    this.bytes = bytes;
  }

  BlobRef ref() {
    return ref;
  }

  byte[] bytes() {
    return bytes;
  }

  static Blob random(int seed, int size) {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    return new Blob(BlobRef.blob(new Repository("example.org", "a"), Digest.sha256(bytes)), bytes);
  }

  /** The same task with one bit wrong, in the piece given. */
  Blob spoilt(int piece) {
    byte[] wrong = bytes.clone();
    wrong[(int) layout().range(piece).start()] ^= 1;
    return new Blob(ref, wrong);
  }

  /** The same task, cut short. */
  Blob cut(int size) {
    return new Blob(ref, Arrays.copyOf(bytes, size));
  }

  TaskId task() {
    return ref.task();
  }

  PieceLayout layout() {
    return PieceLayout.of(bytes.length);
  }

  int sum(int piece) {
    ByteRange range = layout().range(piece);
    CRC32C sum = new CRC32C();
    sum.update(bytes, (int) range.start(), (int) range.length());
    return (int) sum.getValue();
  }
}
