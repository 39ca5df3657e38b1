package dev.darner.task;

import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;

/**
 * A bounded number of buffers outside the heap, each {@value #LENGTH} bytes: enough that a read and
 * a write cost little against the bytes they move. Who asks first is served first. Safe for use by
 * many threads.
 */
final class Buffers {
  static final int LENGTH = 256 * 1024;

  private final Semaphore permits;
  private final Queue<ByteBuffer> idle = new ConcurrentLinkedQueue<>();

  Buffers(int count) {
    permits = new Semaphore(count, true);
  }

  /** Waits for a buffer; it must be given back. */
  ByteBuffer take() throws InterruptedException {
    permits.acquire();
    ByteBuffer buffer = idle.poll();
    return buffer == null ? ByteBuffer.allocateDirect(LENGTH) : buffer.clear();
  }

  void giveBack(ByteBuffer buffer) {
    idle.add(buffer);
    permits.release();
  }
}
