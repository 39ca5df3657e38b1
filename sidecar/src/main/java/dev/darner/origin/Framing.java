package dev.darner.origin;

import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a body begins and ends among the bytes of its connection. Used by one thread. */
sealed interface Framing {

  /**
   * Moves bytes of the body into {@code target}, waiting for some.
   *
   * @return how many; -1 after the last
   * @throws IOException when the connection breaks before the end, or what comes makes no sense
   */
  int read(Inlet inlet, ByteBuffer target) throws IOException;

  /** Nothing of the answer is left on the connection. */
  boolean over();

  /** The end may be no farther than this. */
  boolean mayEndWithin(int octets);

  /** A body whose length is known before. */
  final class Sized implements Framing {
    private long left;

    Sized(long length) {
      this.left = length;
    }

    @Override
    public int read(Inlet inlet, ByteBuffer target) throws IOException {
      if (left == 0) {
        return -1;
      }
      int count = inlet.read(target, left);
      if (count < 0) {
        throw new EOFException("it hung up, and " + left + " bytes are missing");
      }
      left -= count;
      if (left == 0) {
        inlet.requireEnd();
      }
      return count;
    }

    @Override
    public boolean over() {
      return left == 0;
    }

    @Override
    public boolean mayEndWithin(int octets) {
      return left <= octets;
    }
  }

  /** A body in chunks, each with its length before it; what follows the last one is not used. */
  final class Chunked implements Framing {
    private static final int LONGEST_LINE = 4 << 10;
    private static final Pattern SIZE =
        Pattern.compile("([0-9A-Fa-f]{1,15})[\\t ]*+(?:;[\\t -~\\x80-\\xff]*+)?+\\r");
    private static final Pattern TRAILER =
        Pattern.compile("[-!#$%&'*+.^_`|~0-9A-Za-z]++:[\\t -~\\x80-\\xff]*+\\r");
    private static final String END = "\r";

    private long left;
    private boolean begun;
    private boolean over;

    @Override
    public int read(Inlet inlet, ByteBuffer target) throws IOException {
      if (left == 0 && !over) {
        next(inlet);
      }
      if (over) {
        return -1;
      }
      int count = inlet.read(target, left);
      if (count < 0) {
        throw new EOFException("it hung up in the middle of a chunk");
      }
      left -= count;
      return count;
    }

    private void next(Inlet inlet) throws IOException {
      inlet.allow(LONGEST_LINE);
      if (begun) {
        require(inlet.line().equals(END));
      }
      begun = true;
      Matcher size = SIZE.matcher(inlet.line());
      require(size.matches());
      left = Long.parseLong(size.group(1), 16);
      if (left == 0) {
        trailers(inlet);
        over = true;
        inlet.requireEnd();
      }
    }

    private static void trailers(Inlet inlet) throws IOException {
      inlet.allow(Head.LONGEST);
      for (String line = inlet.line(); !line.equals(END); line = inlet.line()) {
        require(TRAILER.matcher(line).matches());
      }
    }

    private static void require(boolean holds) throws ProtocolException {
      if (!holds) {
        throw new ProtocolException("its chunks make no sense");
      }
    }

    @Override
    public boolean over() {
      return over;
    }

    @Override
    public boolean mayEndWithin(int octets) {
      return true;
    }
  }

  /** A body that ends with the connection. */
  final class UntilClose implements Framing {
    private boolean over;

    @Override
    public int read(Inlet inlet, ByteBuffer target) throws IOException {
      int count = over ? -1 : inlet.read(target, Long.MAX_VALUE);
      over |= count < 0;
      return count;
    }

    @Override
    public boolean over() {
      return over;
    }

    @Override
    public boolean mayEndWithin(int octets) {
      return over;
    }
  }
}
