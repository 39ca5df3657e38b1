package dev.darner.bench;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One connection of a client that reads answers and lets them go: a library's copies would be
 * measured along with the server. Used by one thread.
 */
final class Line implements AutoCloseable {
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 ([0-9]{3}) ");
  private static final Pattern LENGTH = Pattern.compile("\r\ncontent-length: *([0-9]+)\r\n");
  private static final String END = "\r\n\r\n";

  private final SocketChannel channel;
  private final String host;
  private final ByteBuffer buffer;

  /**
   * Connects.
   *
   * @param host HOST:PORT, an IPv4 address
   * @param bufferLength what one read takes at most
   */
  Line(String host, int bufferLength) throws IOException {
    this.host = host;
    this.buffer = ByteBuffer.allocateDirect(bufferLength);
    int colon = host.lastIndexOf(':');
    channel =
        SocketChannel.open(
            new InetSocketAddress(
                host.substring(0, colon), Integer.parseInt(host.substring(colon + 1))));
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
  }

  /**
   * How one request went.
   *
   * @param seconds from the first byte out to the last byte in
   * @param firstByte seconds to the first byte of the answer
   */
  record Timing(double seconds, double firstByte) {}

  /**
   * Asks, and reads the answer to its end.
   *
   * @throws IOException when it is not the answer that was wanted
   */
  Timing ask(Ask ask) throws IOException {
    ByteBuffer out = ByteBuffer.wrap(ask.head(host).getBytes(StandardCharsets.US_ASCII));
    long start = System.nanoTime();
    while (out.hasRemaining()) {
      var _ = channel.write(out);
    }
    String head = head();
    long first = System.nanoTime();
    long left = ask.length() - buffer.remaining();
    check(ask, head);
    while (left > 0) {
      buffer.clear();
      left -= read();
    }
    if (left < 0) {
      throw new IOException("more came than was asked for");
    }
    return new Timing((System.nanoTime() - start) / 1e9, (first - start) / 1e9);
  }

  /** Reads as far as the head goes; what came of the body stays in the buffer. */
  private String head() throws IOException {
    buffer.clear();
    while (true) {
      var _ = read();
      String text = StandardCharsets.ISO_8859_1.decode(buffer.duplicate().flip()).toString();
      int end = text.indexOf(END);
      if (end >= 0) {
        buffer.flip().position(end + END.length());
        return text.substring(0, end + 2);
      }
      if (!buffer.hasRemaining()) {
        throw new IOException("a head without end");
      }
    }
  }

  private int read() throws IOException {
    int count = channel.read(buffer);
    if (count < 0) {
      throw new EOFException("the connection was closed in an answer");
    }
    return count;
  }

  private static void check(Ask ask, String head) throws IOException {
    Matcher status = STATUS.matcher(head);
    Matcher length = LENGTH.matcher(head.toLowerCase(Locale.ROOT));
    if (!status.lookingAt() || Integer.parseInt(status.group(1)) != ask.status()) {
      throw new IOException("answered " + head.lines().findFirst().orElse("nothing"));
    }
    if (!length.find() || Long.parseLong(length.group(1)) != ask.length()) {
      throw new IOException("not " + ask.length() + " bytes long: " + head);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
