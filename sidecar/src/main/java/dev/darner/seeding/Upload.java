package dev.darner.seeding;

import dev.darner.model.ByteRange;
import dev.darner.store.Content;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/** One piece that is given: an open content, and an upload slot, until it is closed. */
final class Upload implements AutoCloseable {
  private final Content content;
  private final ByteRange range;
  private final int sum;
  private final Semaphore slots;
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * Takes over the content, and one permit of {@code slots}.
   *
   * @param sum of the piece that {@code range} is
   */
  Upload(Content content, ByteRange range, int sum, Semaphore slots) {
    this.content = content;
    this.range = range;
    this.sum = sum;
    this.slots = slots;
  }

  Content content() {
    return content;
  }

  ByteRange range() {
    return range;
  }

  int sum() {
    return sum;
  }

  /** Idempotent. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      slots.release();
      content.close();
    }
  }
}
