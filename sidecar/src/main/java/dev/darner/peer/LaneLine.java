package dev.darner.peer;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;

/**
 * One connection of a lane. Used by one thread at a time, which waits in it; {@link #close} and
 * {@link #look} may come from any thread, and end that wait.
 */
final class LaneLine implements AutoCloseable {
  private final Lane lane;
  private final SocketChannel socket;
  private volatile ByteChannel bytes;

  /** When what is waited for is due, as {@link System#nanoTime} counts; 0 when nothing is. */
  private volatile long due;

  private volatile boolean late;

  /** Since when nobody uses it. Guarded by the lock of {@link Lanes}. */
  long idleSince;

  LaneLine(Lane lane) throws IOException {
    this.lane = lane;
    this.socket = SocketChannel.open();
    this.bytes = socket;
  }

  Lane lane() {
    return lane;
  }

  /**
   * Connects.
   *
   * @param tls with which to speak; empty for none
   */
  void dial(Duration limit, Optional<SslContext> tls) throws IOException {
    due = dueIn(limit);
    try {
      socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
      socket.socket().connect(lane.at(), (int) limit.toMillis());
      if (tls.isPresent()) {
        TlsChannel secret =
            new TlsChannel(socket, tls.get().newEngine(UnpooledByteBufAllocator.DEFAULT));
        bytes = secret;
        secret.shakeHands();
      }
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

  void write(ByteBuffer all) throws IOException {
    while (all.hasRemaining()) {
      bytes.write(all);
    }
  }

  /**
   * Waits for bytes, and puts what has come into {@code into}.
   *
   * @throws EOFException when the peer has hung up
   */
  void read(ByteBuffer into, Duration limit) throws IOException {
    due = dueIn(limit);
    try {
      if (bytes.read(into) < 0) {
        throw new EOFException("it hung up");
      }
    } finally {
      due = 0;
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
  boolean late() {
    return late;
  }

  @Override
  public void close() {
    try {
      bytes.close();
    } catch (IOException e) {
      System.getLogger("dev.darner.peer")
          .log(System.Logger.Level.DEBUG, "closing a connection to " + lane.peer(), e);
    }
  }
}
