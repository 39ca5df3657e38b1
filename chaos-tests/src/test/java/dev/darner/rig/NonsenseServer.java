package dev.darner.rig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A server that answers each connection with the same text, whatever it is asked. One thread. */
public final class NonsenseServer implements AutoCloseable {
  private final ServerSocket listener;
  private final byte[] answer;

  private NonsenseServer(ServerSocket listener, String answer) {
    this.listener = listener;
    this.answer = answer.getBytes(StandardCharsets.ISO_8859_1);
  }

  public static NonsenseServer start(Rig rig, String answer) {
    try {
      ServerSocket listener = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
      NonsenseServer server = rig.own(new NonsenseServer(listener, answer));
      Thread.ofVirtual().start(server::serve);
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** HOST:PORT. */
  public String address() {
    return "127.0.0.1:" + listener.getLocalPort();
  }

  private void serve() {
    while (!listener.isClosed()) {
      try (Socket client = listener.accept()) {
        client.getInputStream().read(new byte[8192]);
        client.getOutputStream().write(answer);
      } catch (IOException left) {
        // The client is gone, or the listener is: the loop sees to both.
      }
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
