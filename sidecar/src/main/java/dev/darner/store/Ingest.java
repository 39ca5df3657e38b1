package dev.darner.store;

import dev.darner.model.Digest;
import java.util.Optional;

/**
 * A content that is being written. All ingests of one task that are open at a time write the same
 * content and share its claims; the last to close ends the writing. A piece goes from free to
 * claimed to here; it never goes back once it is here. Safe for use by many threads.
 */
public interface Ingest extends AutoCloseable {

  /** What is here so far, from an earlier run too; closed with this ingest. */
  Content content();

  /** Claims a piece; empty when it is here or claimed by another. */
  Optional<PieceWriter> claim(int piece);

  /**
   * Says what digest the whole must have, when the task's name does not tell and a sealed holder
   * does. A content that turns out to have another is not sealed.
   *
   * @throws StoreException.Corrupt when it is known to be another
   */
  void expect(Digest digest) throws StoreException;

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
