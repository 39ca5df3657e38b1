package dev.darner.transport;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import javax.net.ssl.SSLEngine;

/**
 * One connection that is read by the thread that waits for the bytes, with a limit to each wait.
 * Used by one thread at a time; {@link #close} and {@link #look} may come from any thread, and end
 * a wait, as an interrupt does: each of them ends the connection with it.
 *
 * @param <K> tells whom it leads to
 */
public final class Line<K> implements AutoCloseable {
  /** So many bytes in a row are a turn. */
  private static final int TURN = 256 << 10;

  private final K to;
  private final SocketChannel socket;
  private volatile ByteChannel bytes;

  /** When what is waited for is due, as {@link System#nanoTime} counts; 0 when nothing is. */
  private volatile long due;

  private volatile boolean late;
  private int row;

  /** Since when nobody uses it. Guarded by the lock of {@link Lines}. */
  long idleSince;

  Line(K to) throws IOException {
    this.to = to;
    this.socket = SocketChannel.open();
    this.bytes = socket;
  }

  public K to() {
    return to;
  }

  /** Connects. */
  public void connect(InetSocketAddress at, Duration limit) throws IOException {
    socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
    socket.socket().connect(at, (int) Math.max(1, limit.toMillis()));
  }

  /**
   * Speaks TLS from now on.
   *
   * @param engine of a client; freed with this
   */
  public void secure(SSLEngine engine, Duration limit) throws IOException {
    TlsChannel secret = new TlsChannel(socket, engine);
    bytes = secret;
    due = dueIn(limit);
    try {
      secret.shakeHands();
    } finally {
      due = 0;
    }
  }

  private static long dueIn(Duration limit) {
    return System.nanoTime() + limit.toNanos() | 1;
  }

  /** Whether nothing came since the last answer ended, not even the end: only then it is good. */
  boolean quiet() {
    try {
      socket.configureBlocking(false);
      int came = socket.read(ByteBuffer.allocate(1));
      socket.configureBlocking(true);
      return came == 0 && !(bytes instanceof TlsChannel secret && secret.holdsMore());
    } catch (IOException e) {
      return false;
    }
  }

  public void write(ByteBuffer all, Duration limit) throws IOException {
    due = dueIn(limit);
    try {
      while (all.hasRemaining()) {
        bytes.write(all);
      }
    } finally {
      due = 0;
    }
  }

  /**
   * Waits for bytes, and puts what has come into {@code into}.
   *
   * @return how many; -1 when the other end has hung up, over TLS only after a goodbye
   */
  public int read(ByteBuffer into, Duration limit) throws IOException {
    letOthers();
    due = dueIn(limit);
    try {
      int count = bytes.read(into);
      row += Math.max(0, count);
      return count;
    } finally {
      due = 0;
    }
  }

  /**
   * A virtual thread that always finds bytes never waits, and would keep its carrier from the
   * others until its content is whole.
   */
  @SuppressWarnings("ThreadPriorityCheck")
  private void letOthers() {
    if (row >= TURN) {
      row = 0;
      Thread.yield();
    }
  }

  /** Ends a wait that takes too long. */
  void look(long now) {
    long limit = due;
    if (limit != 0 && now - limit > 0) {
      late = true;
      close();
    }
  }

  /** It was closed because what was waited for did not come. */
  public boolean late() {
    return late;
  }

  @Override
  public void close() {
    try {
      bytes.close();
    } catch (IOException e) {
      System.getLogger("dev.darner.transport")
          .log(System.Logger.Level.DEBUG, "closing a connection to " + to, e);
    }
  }
}
