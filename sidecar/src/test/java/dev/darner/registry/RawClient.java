package dev.darner.registry;

import dev.darner.model.HostAddress;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A client that says what a test wants, byte for byte, and reads what comes. */
final class RawClient implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 30_000;

  private final Socket socket;
  private final InputStream in;

  /** An answer's head; header names in lower case. */
  record Head(int status, Map<String, String> headers) {
    String header(String name) {
      return headers.get(name);
    }

    int length() {
      return Integer.parseInt(headers.get("content-length"));
    }
  }

  RawClient(HostAddress address) throws IOException {
    socket = new Socket(address.host(), address.port());
    socket.setSoTimeout(PATIENCE_MILLIS);
    in = new BufferedInputStream(socket.getInputStream());
  }

  Socket socket() {
    return socket;
  }

  RawClient say(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    socket.getOutputStream().flush();
    return this;
  }

  RawClient ask(String method, String target, String... headers) throws IOException {
    StringBuilder text =
        new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n");
    for (String header : headers) {
      text.append(header).append("\r\n");
    }
    return say(text.append("\r\n").toString());
  }

  Head head() throws IOException {
    List<String> lines = lines();
    Map<String, String> headers = new TreeMap<>();
    for (String line : lines.subList(1, lines.size())) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    return new Head(Integer.parseInt(lines.getFirst().substring(9, 12)), headers);
  }

  private List<String> lines() throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("the end, after: " + head);
      }
      head.append((char) next);
    }
    return head.toString().strip().lines().toList();
  }

  byte[] body(int length) throws IOException {
    return in.readNBytes(length);
  }

  String text(Head head) throws IOException {
    return new String(body(head.length()), StandardCharsets.UTF_8);
  }

  void skip(long length) throws IOException {
    in.skipNBytes(length);
  }

  /** Whether nothing comes for so long. */
  boolean isSilentFor(Duration time) throws IOException {
    socket.setSoTimeout((int) time.toMillis());
    try {
      in.mark(1);
      var _ = in.read();
      in.reset();
      return false;
    } catch (SocketTimeoutException e) {
      return true;
    } finally {
      socket.setSoTimeout(PATIENCE_MILLIS);
    }
  }

  /** Reads to the end; a reset is an exception. */
  byte[] rest() throws IOException {
    return in.readAllBytes();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
