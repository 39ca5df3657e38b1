package dev.darner.bench;

import dev.darner.model.Digest;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Contents in a folder that an nginx serves as a registry would, under their digests. The same seed
 * gives the same contents. Used by one thread.
 */
final class Blobs {
  /** The repository that all are in. */
  static final String REPOSITORY = "bench";

  private static final int BLOCK = 1 << 20;

  private final Path root;
  private final SplittableRandom random;

  /** Below {@code root}, which is what nginx serves. */
  Blobs(Path root, long seed) {
    this.root = root;
    this.random = new SplittableRandom(seed);
  }

  /**
   * One content.
   *
   * @param path of its URL
   */
  record Blob(Digest digest, long size, String path) {}

  /** Writes {@code count} blobs of {@code size} bytes that nothing compresses. */
  List<Blob> random(int count, long size) {
    List<Blob> blobs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      blobs.add(random(size, "blobs"));
    }
    return blobs;
  }

  /** Writes one, as a blob or, in {@code manifests}, as what nginx serves as a manifest. */
  Blob random(long size, String kind) {
    byte[] block = new byte[(int) Math.min(BLOCK, size)];
    MessageDigest hash = Digest.Algorithm.SHA256.newHash();
    try {
      Path file = Files.createTempFile(folder(kind), "new", "");
      try (FileChannel out = FileChannel.open(file, StandardOpenOption.WRITE)) {
        for (long left = size; left > 0; left -= block.length) {
          random.nextBytes(block);
          int length = (int) Math.min(block.length, left);
          hash.update(block, 0, length);
          var _ = out.write(ByteBuffer.wrap(block, 0, length));
        }
      }
      return named(file, hash, size, kind);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes a text of its own kind, such as a manifest. */
  Blob text(String text, String kind) {
    byte[] bytes = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    MessageDigest hash = Digest.Algorithm.SHA256.newHash();
    hash.update(bytes);
    try {
      Path file = Files.createTempFile(folder(kind), "new", "");
      Files.write(file, bytes);
      return named(file, hash, bytes.length, kind);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes {@code count} sparse files of zeros, of {@code size} bytes and a few more each. */
  List<Blob> sparse(int count, long size) {
    byte[] zeros = new byte[BLOCK];
    MessageDigest hash = Digest.Algorithm.SHA256.newHash();
    for (long done = 0; done < size; done += BLOCK) {
      hash.update(zeros, 0, (int) Math.min(BLOCK, size - done));
    }
    List<Blob> blobs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      hash.update((byte) 0);
      blobs.add(sparse(size + i + 1, hash));
    }
    return blobs;
  }

  private Blob sparse(long size, MessageDigest running) {
    try {
      Path file = Files.createTempFile(folder("blobs"), "new", "");
      try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
        out.setLength(size);
      }
      return named(file, (MessageDigest) running.clone(), size, "blobs");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("the JDK's digests can be cloned", e);
    }
  }

  private Path folder(String kind) throws IOException {
    return Files.createDirectories(root.resolve("v2").resolve(REPOSITORY).resolve(kind));
  }

  private static Blob named(Path file, MessageDigest hash, long size, String kind)
      throws IOException {
    Digest digest = Digest.of(Digest.Algorithm.SHA256, hash);
    Files.move(file, file.resolveSibling(digest.toString()));
    if (!file.resolveSibling(digest.toString()).toFile().setReadable(true, false)) {
      throw new IOException("cannot let everybody read " + digest);
    }
    return new Blob(digest, size, "/v2/%s/%s/%s".formatted(REPOSITORY, kind, digest));
  }

  static long bytes(List<Blob> blobs) {
    return blobs.stream().mapToLong(Blob::size).sum();
  }
}
