package dev.darner.peer;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * A fixed number of direct buffers that are lent and given back: what bounds the memory that bytes
 * in passage take. Safe for use by many threads.
 */
final class BufferPool {
  /** Bytes of a buffer: what one write to the disk holds at most. */
  static final int CAPACITY = 256 * 1024;

  private final Semaphore left;
  private final Queue<Loan> idle = new ConcurrentLinkedQueue<>();

  /** Of {@code count} buffers, each of {@value #CAPACITY} bytes and made when first needed. */
  BufferPool(int count) {
    left = new Semaphore(count, true);
  }

  /** Lends a buffer, as soon as there is one: who comes first is served first. */
  Optional<Loan> take(Duration limit) throws InterruptedException {
    if (!left.tryAcquire(limit.toMillis(), TimeUnit.MILLISECONDS)) {
      return Optional.empty();
    }
    Loan loan = idle.poll();
    return Optional.of(loan == null ? make() : loan);
  }

  private Loan make() {
    boolean made = false;
    try {
      Loan loan = new Loan();
      made = true;
      return loan;
    } finally {
      if (!made) {
        left.release();
      }
    }
  }

  /** A buffer that is lent, until it is closed. Used by one thread; closed once. */
  final class Loan implements AutoCloseable {
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(CAPACITY);

    private Loan() {}

    ByteBuffer buffer() {
      return buffer;
    }

    @Override
    public void close() {
      buffer.clear();
      idle.add(this);
      left.release();
    }
  }
}
