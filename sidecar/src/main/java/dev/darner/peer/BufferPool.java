package dev.darner.peer;

import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;

/**
 * A fixed number of direct buffers that are lent and given back: what bounds the memory that bytes
 * in passage take. Safe for use by many threads. Whoever holds a loan works with processor and disk
 * only and never waits for the network, so that every loan comes back soon.
 */
public final class BufferPool {
  /**
   * Bytes of a buffer: what one write to the disk, and one message between hosts, holds at most.
   */
  public static final int CAPACITY = 256 * 1024;

  private static final int SCRATCH = 16 * 1024;

  private final Semaphore left;
  private final Queue<Loan> idle = new ConcurrentLinkedQueue<>();

  /** Of {@code count} buffers, each of {@value #CAPACITY} bytes and made when first needed. */
  public BufferPool(int count) {
    left = new Semaphore(count);
  }

  /** Lends a buffer, as soon as there is one. */
  public Loan take() throws InterruptedException {
    left.acquire();
    Loan loan = idle.poll();
    return loan == null ? new Loan() : loan;
  }

  /** A buffer that is lent, until it is closed. Used by one thread; closed once. */
  public final class Loan implements AutoCloseable {
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(CAPACITY);
    private final byte[] scratch = new byte[SCRATCH];

    private Loan() {}

    public ByteBuffer buffer() {
      return buffer;
    }

    /** A small array for steps that cannot do with a direct buffer. */
    byte[] scratch() {
      return scratch;
    }

    @Override
    public void close() {
      buffer.clear();
      idle.add(this);
      left.release();
    }
  }
}
