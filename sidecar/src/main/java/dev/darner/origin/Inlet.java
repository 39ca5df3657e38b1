package dev.darner.origin;

import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;

/**
 * The bytes of an answer in their order. What is read line by line is held here, in a buffer of a
 * fixed length; the bytes of a body go straight to where they are wanted, but for those that came
 * along with a line. Used by one thread.
 */
final class Inlet {
  private static final int CAPACITY = 8 << 10;

  /** A connection, as it is waited for. */
  @FunctionalInterface
  interface Source {
    /** Waits for bytes; returns how many came, or -1 after the last. */
    int read(ByteBuffer into) throws IOException;
  }

  private final Source source;
  private final ByteBuffer held = ByteBuffer.allocate(CAPACITY).limit(0);
  private boolean begun;
  private int allowed;

  Inlet(Source source) {
    this.source = source;
  }

  /** Lines may be so long together, from here on. */
  void allow(int octets) {
    allowed = octets;
  }

  /**
   * The next line, as ISO 8859-1 and without its LF.
   *
   * @throws ProtocolException when it goes on beyond what is allowed
   */
  String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int octet = octet(); octet != '\n'; octet = octet()) {
      line.append((char) octet);
    }
    return line.toString();
  }

  private int octet() throws IOException {
    if (--allowed < 0) {
      throw new ProtocolException("what it says does not end");
    }
    while (!held.hasRemaining()) {
      fill();
    }
    return held.get() & 0xff;
  }

  private void fill() throws IOException {
    held.clear();
    try {
      if (from(held) < 0) {
        throw new EOFException("it hung up");
      }
    } finally {
      held.flip();
    }
  }

  /**
   * Moves bytes into {@code target}: what is held, or else what comes next.
   *
   * @param most not more than this
   * @return how many; -1 after the last
   */
  int read(ByteBuffer target, long most) throws IOException {
    int limit = target.limit();
    target.limit(target.position() + (int) Math.min(most, target.remaining()));
    try {
      return held.hasRemaining() ? move(target) : from(target);
    } finally {
      target.limit(limit);
    }
  }

  private int move(ByteBuffer target) {
    int count = Math.min(held.remaining(), target.remaining());
    target.put(held.slice(held.position(), count));
    held.position(held.position() + count);
    return count;
  }

  private int from(ByteBuffer target) throws IOException {
    int count = source.read(target);
    begun |= count > 0;
    return count;
  }

  /** Anything came. */
  boolean begun() {
    return begun;
  }

  /** More came than was read. */
  boolean holdsMore() {
    return held.hasRemaining();
  }

  /**
   * An answer has ended here.
   *
   * @throws ProtocolException when more came, which nobody has asked for
   */
  void requireEnd() throws ProtocolException {
    if (holdsMore()) {
      throw new ProtocolException("it sends more than it says");
    }
  }
}
