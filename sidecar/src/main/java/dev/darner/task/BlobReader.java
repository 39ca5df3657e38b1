package dev.darner.task;

import dev.darner.model.ByteRange;
import dev.darner.store.Content;

/**
 * One reader of one task. What it reads, it reads from the store; this tells the task what it waits
 * for, so that those pieces come first. Safe for use by many threads; nothing here waits.
 */
public interface BlobReader extends AutoCloseable {

  /** The bytes, whole or arriving; closed with this reader. */
  Content content();

  /** Says what this reader will read next; replaces what it said before. */
  void want(ByteRange range);

  /** Ends the reading; the task goes on. Idempotent. */
  @Override
  void close();
}
