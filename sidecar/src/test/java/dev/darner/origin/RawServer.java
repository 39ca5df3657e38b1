package dev.darner.origin;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ServerSocketFactory;

/** A server that says what no well-behaved one would. */
final class RawServer implements AutoCloseable {
  /** What it does with a connection once it has read a request's head. */
  @FunctionalInterface
  interface Act {
    void play(Socket socket) throws IOException, InterruptedException;
  }

  private final ServerSocket server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final BlockingQueue<String> heads = new LinkedBlockingQueue<>();
  private final AtomicInteger connections = new AtomicInteger();

  RawServer(Act act) throws IOException {
    this(ServerSocketFactory.getDefault(), act);
  }

  /** Over TLS, when the sockets are. */
  RawServer(ServerSocketFactory sockets, Act act) throws IOException {
    server = sockets.createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    threads.execute(() -> accept(act));
  }

  private void accept(Act act) {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        connections.incrementAndGet();
        threads.execute(() -> serve(socket, act));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket socket, Act act) {
    try (socket) {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      heads.add(head(in));
      act.play(socket);
    } catch (IOException | InterruptedException e) {
      heads.add("failed: " + e);
    }
  }

  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        return head.toString();
      }
      head.append((char) next);
    }
    return head.toString();
  }

  static void say(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    socket.getOutputStream().flush();
  }

  /** Returns once the other side has ended the connection. */
  static void untilGone(Socket socket) throws IOException {
    try {
      while (socket.getInputStream().read() >= 0) {
        // Nobody says anything more: this only waits for the end.
        Thread.onSpinWait();
      }
    } catch (SocketException e) {
      // Gone by a reset.
      Thread.onSpinWait();
    }
  }

  /** The head of another request on the connection; empty when there is none. */
  static String hear(Socket socket) throws IOException {
    return head(socket.getInputStream());
  }

  String host() {
    return "localhost:" + server.getLocalPort();
  }

  int connections() {
    return connections.get();
  }

  @Override
  public void close() throws IOException {
    server.close();
    threads.shutdownNow();
  }
}
