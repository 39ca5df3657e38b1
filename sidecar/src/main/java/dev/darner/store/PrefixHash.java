package dev.darner.store;

import dev.darner.model.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The digest of a content as far as it is here without a gap, computed while it arrives. Whoever
 * lands a piece hashes on from the file, unless another does already; that one then goes on over
 * the new piece too. Safe for use by many threads.
 */
final class PrefixHash {
  private static final int REHEARSED = 128;

  private final Blob blob;
  private final SharedFile file;
  private final HashBuffers buffers;
  private final ReentrantLock turn = new ReentrantLock();
  private Digest.Algorithm algorithm;
  private MessageDigest hash;
  private Optional<Digest> whole;
  private volatile int next;

  PrefixHash(Blob blob, SharedFile file, HashBuffers buffers) {
    this.blob = blob;
    this.file = file;
    this.buffers = buffers;
    begin(blob.expected().map(Digest::algorithm).orElse(Digest.Algorithm.SHA256));
  }

  /**
   * Hashes {@value #REHEARSED} buffers of nothing that matters. Only what the JIT compiler has made
   * of the hash uses the processor's own instructions: a process that has just started hashes its
   * first contents many times slower, on threads that its answers wait for.
   */
  static void rehearse(HashBuffers buffers) {
    MessageDigest hash = Digest.Algorithm.SHA256.newHash();
    ByteBuffer buffer = buffers.take();
    try {
      for (int i = 0; i < REHEARSED; i++) {
        hash.update(buffer.clear());
      }
    } finally {
      buffers.giveBack(buffer);
    }
  }

  private void begin(Digest.Algorithm with) {
    algorithm = with;
    hash = with.newHash();
    whole = Optional.empty();
    next = 0;
  }

  /** Hashes what is here next, unless another thread does. */
  void advance() throws IOException {
    while (blob.here().contains(next) && turn.tryLock()) {
      try {
        hashOn();
      } finally {
        turn.unlock();
      }
    }
  }

  /**
   * The digest of the whole, all of which is here; waits for a thread that hashes.
   *
   * @param with the algorithm; another than before starts from the first byte
   */
  Digest finish(Digest.Algorithm with) throws IOException {
    turn.lock();
    try {
      if (with != algorithm) {
        begin(with);
      }
      if (whole.isEmpty()) {
        hashOn();
        whole = Optional.of(Digest.of(algorithm, hash));
      }
      return whole.get();
    } finally {
      turn.unlock();
    }
  }

  /** Yields after each piece: a virtual thread that only computes keeps its carrier from others. */
  @SuppressWarnings("ThreadPriorityCheck")
  private void hashOn() throws IOException {
    ByteBuffer buffer = buffers.take();
    boolean torn = true;
    try {
      for (int piece = next; blob.here().contains(piece); next = ++piece) {
        FileScan.each(file, blob.layout().range(piece), buffer, hash::update);
        Thread.yield();
      }
      torn = false;
    } finally {
      if (torn) {
        begin(algorithm);
      }
      buffers.giveBack(buffer);
    }
  }
}
