package dev.darner.rig;

import dev.darner.model.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;

/** Bytes that an origin has. Safe for use by many threads. */
public interface Content {
  /** Number of bytes. */
  long size();

  /** Fills {@code target} with the {@code length} bytes from {@code offset}. */
  void read(long offset, byte[] target, int length);

  /** The digest of all of it. */
  default Digest digest() {
    MessageDigest hash = Digest.Algorithm.SHA256.newHash();
    byte[] buffer = new byte[1 << 16];
    for (long at = 0; at < size(); at += buffer.length) {
      int length = (int) Math.min(buffer.length, size() - at);
      read(at, buffer, length);
      hash.update(buffer, 0, length);
    }
    return Digest.of(Digest.Algorithm.SHA256, hash);
  }

  /** Some bytes in memory. */
  static Content of(byte[] bytes) {
    return new Content() {
      @Override
      public long size() {
        return bytes.length;
      }

      @Override
      public void read(long offset, byte[] target, int length) {
        System.arraycopy(bytes, (int) offset, target, 0, length);
      }
    };
  }

  /** A file. */
  static Content of(Path file) {
    return new Content() {
      @Override
      public long size() {
        return file.toFile().length();
      }

      @Override
      public void read(long offset, byte[] target, int length) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
          ByteBuffer buffer = ByteBuffer.wrap(target, 0, length);
          while (buffer.hasRemaining() && channel.read(buffer, offset + buffer.position()) >= 0) {}
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    };
  }

  /**
   * Bytes without end that nothing compresses, the same for the same seed, made as they are read.
   */
  static Content random(long seed, long size) {
    return new RandomContent(seed, size);
  }
}
