package dev.darner.store;

import dev.darner.model.ByteRange;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** Reads a run of a file through one buffer. */
final class FileScan {
  private FileScan() {}

  /**
   * Hands on the bytes of {@code range}, a buffer at a time.
   *
   * @throws EOFException when the file ends before
   */
  static void each(SharedFile file, ByteRange range, ByteBuffer buffer, Consumer<ByteBuffer> to)
      throws IOException {
    for (long at = range.start(); at < range.end(); at += buffer.limit()) {
      buffer.clear().limit((int) Math.min(buffer.capacity(), range.end() - at));
      file.read(buffer, at);
      if (buffer.hasRemaining()) {
        throw new EOFException("the file ends before byte " + range.end());
      }
      to.accept(buffer.flip());
    }
  }
}
