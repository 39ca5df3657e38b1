package dev.darner.store;

import java.nio.ByteBuffer;
import java.util.OptionalInt;

/** The one who may write a claimed piece. Used by one thread. */
public interface PieceWriter extends AutoCloseable {

  int piece();

  /** Bytes that are still to be written. */
  int remaining();

  /**
   * Appends all of {@code bytes} to the piece.
   *
   * @throws StoreException.Corrupt when they are more than the piece has room for
   * @throws StoreException.Full when the disk is full
   */
  void write(ByteBuffer bytes) throws StoreException;

  /**
   * Makes the piece part of the content. With the last piece this seals the content, or finds that
   * its digest does not hold.
   *
   * @param sum the CRC32C that the sender gave, to be compared with what was written
   * @throws StoreException.Corrupt when the piece is short or its sum differs (the piece is free
   *     again), or when the whole does not match its digest (the ingest is ended)
   */
  void commit(OptionalInt sum) throws StoreException;

  /** Frees the claim when it was not committed. Idempotent. */
  @Override
  void close();
}
