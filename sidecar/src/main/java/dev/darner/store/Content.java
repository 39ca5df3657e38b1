package dev.darner.store;

import dev.darner.model.Digest;
import dev.darner.model.PieceLayout;
import dev.darner.model.PieceSet;
import dev.darner.model.TaskId;
import java.nio.channels.FileChannel;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;

/**
 * One task's bytes on this disk, whole or arriving. Safe for use by many threads; nothing here
 * waits. While it is open its file is not evicted.
 */
public interface Content extends AutoCloseable {

  TaskId task();

  PieceLayout layout();

  /** The exact Content-Type that the origin gave. */
  String mediaType();

  /** The pieces that are here now. */
  PieceSet pieces();

  /** Bytes received so far, of pieces that are whole or not. */
  long received();

  /** The whole is here and its digest holds. */
  boolean sealed();

  /** The digest of the whole, once sealed. */
  Optional<Digest> digest();

  /** CRC32C of a piece that is here; empty for one that is not. */
  OptionalInt sum(int piece);

  /**
   * How far one can read from {@code offset} on. The last byte of the whole becomes readable only
   * with the seal, so that a wrong content never ends as a normal answer.
   *
   * @return completes with the end (exclusive) of the run of readable bytes from {@code offset}, as
   *     soon as there is at least one; at once with {@code offset} itself when that is the size;
   *     exceptionally with a {@link StoreException} when the bytes will not come. Completed by the
   *     thread that lands the piece: what hangs on it must not block
   */
  CompletableFuture<Long> readable(long offset);

  /**
   * The open file, for reading at positions below what {@link #readable} gave. Not to be closed.
   */
  FileChannel channel();

  /** Lets the file go. Idempotent. */
  @Override
  void close();
}
