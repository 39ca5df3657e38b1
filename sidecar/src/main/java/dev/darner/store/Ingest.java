package dev.darner.store;

import java.util.Optional;

/**
 * A content that is being written. There is one ingest a task at a time. A piece goes from free to
 * claimed to here; it never goes back once it is here. Safe for use by many threads.
 */
public interface Ingest extends AutoCloseable {

  /** What is here so far, from an earlier run too. */
  Content content();

  /** Claims a piece; empty when it is here or claimed by another. */
  Optional<PieceWriter> claim(int piece);

  /**
   * Gives up for good: what was written is removed, whoever waits to read fails with {@code cause}.
   */
  void abandon(StoreException cause);

  /**
   * Stops writing; what is here stays for a later ingest, whoever waits to read fails with Gone.
   */
  @Override
  void close();
}
