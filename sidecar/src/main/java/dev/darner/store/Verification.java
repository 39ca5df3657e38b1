package dev.darner.store;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.zip.CRC32C;

/** Finds which pieces that a journal names are really in the file. */
final class Verification {
  private Verification() {}

  /** Marks those pieces as here whose bytes have the sum that the journal has for them. */
  static void restore(Blob blob, Map<Integer, Integer> sums, SharedFile file, HashBuffers buffers)
      throws IOException {
    ByteBuffer buffer = buffers.take();
    try {
      for (Map.Entry<Integer, Integer> entry : sums.entrySet()) {
        if (holds(blob, entry.getKey(), entry.getValue(), file, buffer)) {
          blob.restore(entry.getKey(), entry.getValue());
        }
      }
    } finally {
      buffers.giveBack(buffer);
    }
  }

  private static boolean holds(Blob blob, int piece, int sum, SharedFile file, ByteBuffer buffer)
      throws IOException {
    CRC32C found = new CRC32C();
    try {
      FileScan.each(file, blob.layout().range(piece), buffer, found::update);
    } catch (EOFException e) {
      return false;
    }
    return (int) found.getValue() == sum;
  }
}
