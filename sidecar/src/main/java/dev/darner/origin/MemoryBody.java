package dev.darner.origin;

import java.nio.ByteBuffer;

/** Content that was read whole because its length could not be known otherwise. */
final class MemoryBody implements OriginBody {
  private final ByteBuffer rest;
  private final String mediaType;
  private final int offset;
  private final long size;

  MemoryBody(byte[] content, String mediaType, long offset) {
    this.offset = (int) Math.min(offset, content.length);
    this.rest = ByteBuffer.wrap(content).position(this.offset);
    this.mediaType = mediaType;
    this.size = content.length;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public String mediaType() {
    return mediaType;
  }

  @Override
  public long offset() {
    return offset;
  }

  @Override
  public int read(ByteBuffer target) {
    if (!rest.hasRemaining()) {
      return -1;
    }
    int count = Math.min(rest.remaining(), target.remaining());
    target.put(rest.slice(rest.position(), count));
    rest.position(rest.position() + count);
    return count;
  }

  @Override
  public void close() {
    // Nothing is held.
  }
}
