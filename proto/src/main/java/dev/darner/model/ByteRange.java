package dev.darner.model;

/**
 * A run of bytes within a task.
 *
 * @param start first byte, from 0
 * @param end one past the last byte, at least {@code start}
 */
public record ByteRange(long start, long end) {
  public ByteRange {
    if (start < 0 || end < start) {
      throw new IllegalArgumentException("not a range of bytes: " + start + " to " + end);
    }
  }

  /** All of a task of {@code size} bytes. */
  public static ByteRange whole(long size) {
    return new ByteRange(0, size);
  }

  public long length() {
    return end - start;
  }

  public boolean isEmpty() {
    return start == end;
  }

  public boolean contains(long offset) {
    return start <= offset && offset < end;
  }
}
