package dev.darner.origin;

import java.nio.ByteBuffer;

/**
 * A response body whose length is known: what it says and what it sends must agree. Used by one
 * thread at a time; any thread may close it.
 *
 * @see BodyStream
 */
final class HttpBody implements OriginBody {
  private final Answer answer;
  private final long size;
  private final long offset;
  private long position;

  /**
   * @param size of the whole content
   * @param offset of the answer's first byte in it
   */
  HttpBody(Answer answer, long size, long offset) {
    this.answer = answer;
    this.size = size;
    this.offset = offset;
    this.position = offset;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public String mediaType() {
    return answer.mediaType();
  }

  @Override
  public long offset() {
    return offset;
  }

  @Override
  public int read(ByteBuffer target) throws OriginException, InterruptedException {
    int count = answer.body().read(target);
    if (count >= 0) {
      position += count;
    }
    if (count < 0 ? position < size : position > size) {
      throw answer.nonsense("sent " + (position - offset) + " bytes, not " + (size - offset) + ",");
    }
    return count;
  }

  @Override
  public void close() {
    answer.close();
  }
}
