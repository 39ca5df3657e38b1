package dev.darner.origin;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * A response body on its way from the socket to the one thread that reads, which waits in the
 * socket: nothing is held here. Any thread may close it, which ends a wait and the connection; a
 * connection whose answer has come whole is kept.
 */
final class BodyStream implements AutoCloseable {
  private static final int SMALLEST_BUFFER = 16 << 10;

  /**
   * A body that nobody wants is read to its end when it is this short, so that the connection
   * lives.
   */
  private static final int WORTH_DRAINING = 16 << 10;

  private final Exchange exchange;
  private final String source;
  private final Duration stall;
  private final Consumer<Boolean> whenClosed;
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile boolean clean;

  /**
   * @param stall longest wait of one read, for messages as {@code exchange} heeds it
   * @param whenClosed is run once, when this is closed, and told whether the connection may serve
   *     again
   */
  BodyStream(Exchange exchange, Duration stall, Consumer<Boolean> whenClosed) {
    this.exchange = exchange;
    this.source = exchange.line().to().endpoint().toString();
    this.stall = stall;
    this.whenClosed = whenClosed;
    this.clean = exchange.clean();
  }

  /**
   * Moves bytes into {@code target}, waiting for at least one.
   *
   * @return how many, or -1 after the last
   * @throws OriginException.Unavailable when the sender breaks off or is silent for the stall
   *     limit, or this is closed
   */
  int read(ByteBuffer target) throws OriginException, InterruptedException {
    try {
      requireOpen();
      int count = exchange.body(target);
      clean = exchange.clean();
      return count;
    } catch (IOException e) {
      throw failure(e);
    }
  }

  private void requireOpen() throws ClosedChannelException {
    if (closed.get()) {
      throw new ClosedChannelException();
    }
  }

  private OriginException failure(IOException cause) throws InterruptedException {
    boolean ended = closed.get();
    close();
    if (Thread.interrupted()) {
      throw new InterruptedException("while reading from " + source);
    }
    if (exchange.late()) {
      return new OriginException.Unavailable(
          source + " sent nothing for " + stall.toMillis() + " ms", cause);
    }
    String what = ended ? " was left" : " broke off: " + Dialer.reason(cause);
    return new OriginException.Unavailable(source + what, cause);
  }

  /**
   * Reads all that is left.
   *
   * @throws OriginException.Unavailable as {@link #read} does, or when there are more than {@code
   *     limit} bytes
   */
  byte[] readAll(int limit) throws OriginException, InterruptedException {
    ByteBuffer all = ByteBuffer.allocate(SMALLEST_BUFFER);
    while (read(all) >= 0) {
      if (all.position() > limit) {
        throw new OriginException.Unavailable(source + " sent more than " + limit + " bytes");
      }
      if (!all.hasRemaining()) {
        all = ByteBuffer.allocate(all.capacity() * 2).put(all.flip());
      }
    }
    return Arrays.copyOf(all.array(), all.position());
  }

  /** Closes it; a short rest is read first, so that the connection can be used again. */
  void discard() throws InterruptedException {
    try {
      if (exchange.mayEndWithin(WORTH_DRAINING)) {
        readAll(WORTH_DRAINING);
      }
    } catch (OriginException e) {
      // Nobody wanted these bytes: the connection ends with them.
    } finally {
      close();
    }
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      whenClosed.accept(clean);
    }
  }
}
