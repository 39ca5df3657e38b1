package dev.darner.rig;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A TCP connection to a server with a limit on what comes back, over all connections together. Each
 * connection has two virtual threads.
 */
public final class SlowLink implements AutoCloseable {
  private static final int BUFFER = 32 * 1024;
  private static final String OVERLOADED =
      "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

  private final ServerSocket listener;
  private final InetSocketAddress server;
  private final Pace pace;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicLong forwarded = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private volatile boolean overloaded;

  private SlowLink(ServerSocket listener, InetSocketAddress server, Pace pace) {
    this.listener = listener;
    this.server = server;
    this.pace = pace;
  }

  /** Opens a link to a port of this machine. */
  public static SlowLink to(Rig rig, int port, long bytesPerSecond) {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try {
      SlowLink link =
          new SlowLink(
              new ServerSocket(0, 64, loopback),
              new InetSocketAddress(loopback, port),
              new Pace(bytesPerSecond));
      Thread.ofVirtual().start(link::accept);
      return rig.own(link);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** HOST:PORT of the near end. */
  public String address() {
    return "127.0.0.1:" + listener.getLocalPort();
  }

  /** Bytes that have come back so far. */
  public long forwarded() {
    return forwarded.get();
  }

  /** Answers new connections with 503, or lets them through again. */
  public void overloaded(boolean now) {
    overloaded = now;
  }

  /** Requests that were answered with 503 so far. */
  public long refused() {
    return refused.get();
  }

  private void accept() {
    try {
      while (true) {
        connect(listener.accept());
      }
    } catch (IOException closed) {
      close();
    }
  }

  private void connect(Socket client) {
    open.add(client);
    if (overloaded) {
      Thread.ofVirtual().start(() -> refuse(client));
      return;
    }
    try {
      Socket far = new Socket();
      open.add(far);
      far.connect(server, 2000);
      Thread.ofVirtual().start(() -> copy(client, far, new Pace(Long.MAX_VALUE), new AtomicLong()));
      Thread.ofVirtual().start(() -> copy(far, client, pace, forwarded));
    } catch (IOException e) {
      end(client);
    }
  }

  private void refuse(Socket client) {
    try {
      if (client.getInputStream().read(new byte[BUFFER]) > 0) {
        client.getOutputStream().write(OVERLOADED.getBytes(StandardCharsets.US_ASCII));
        refused.incrementAndGet();
      }
    } catch (IOException e) {
      // The client left.
    } finally {
      end(client);
    }
  }

  private void copy(Socket from, Socket to, Pace limit, AtomicLong counter) {
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] buffer = new byte[BUFFER];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        limit.pass(n);
        out.write(buffer, 0, n);
        counter.addAndGet(n);
      }
      to.shutdownOutput();
    } catch (IOException e) {
      end(from);
      end(to);
    }
  }

  private void end(Socket socket) {
    open.remove(socket);
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    open.forEach(this::end);
  }
}
