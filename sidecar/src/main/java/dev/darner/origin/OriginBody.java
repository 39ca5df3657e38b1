package dev.darner.origin;

import java.nio.ByteBuffer;

/**
 * Content as it arrives from an origin. Used by one thread at a time; closing it from another ends
 * a wait.
 */
public interface OriginBody extends AutoCloseable {

  /** Bytes of the whole content, whatever the offset. */
  long size();

  /** The origin's Content-Type, exactly; {@code application/octet-stream} when it said none. */
  String mediaType();

  /** Where the first byte that {@link #read} gives stands. An origin without ranges may give 0. */
  long offset();

  /**
   * Reads some bytes into {@code target}, waiting for at least one.
   *
   * @return how many, or -1 after the last
   * @throws OriginException when the origin breaks off, sends too much or too little, or nothing
   *     for the stall limit
   */
  int read(ByteBuffer target) throws OriginException, InterruptedException;

  @Override
  void close();
}
