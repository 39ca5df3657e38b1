package dev.darner.transport;

import io.netty.util.ReferenceCountUtil;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;

/**
 * TLS over a socket, for a thread that waits in it. Closed by any thread, which ends such a wait.
 * Its engine may be of native memory: it is used and freed under this object's lock, under which
 * nobody waits.
 */
final class TlsChannel implements ByteChannel {
  /** What one read from the socket takes at most; a record and its frame fit in. */
  private static final int CAPACITY = 64 * 1024;

  /** A record's longest content, with what an engine may want beside it. */
  private static final int RECORD = 18 * 1024;

  private static final ByteBuffer NOTHING = ByteBuffer.allocateDirect(0);

  private final SocketChannel socket;
  private final SSLEngine engine;

  /** What came and is not decrypted, from its position to its limit. */
  private final ByteBuffer in = ByteBuffer.allocateDirect(CAPACITY).limit(0);

  /** Of a record for which there was no room where it should go. */
  private final ByteBuffer plain = ByteBuffer.allocateDirect(RECORD).limit(0);

  /** A record that is being sent. */
  private final ByteBuffer out = ByteBuffer.allocateDirect(RECORD);

  private boolean freed;

  /**
   * @param engine of a client; freed with this
   */
  TlsChannel(SocketChannel socket, SSLEngine engine) {
    this.socket = socket;
    this.engine = engine;
  }

  /** Agrees with the peer on keys, each having believed the other's certificate. */
  void shakeHands() throws IOException {
    engine.beginHandshake();
    while (true) {
      switch (engine.getHandshakeStatus()) {
        case NEED_WRAP -> send(NOTHING.duplicate());
        case NEED_TASK -> runTasks();
        case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
          if (receive(plain.clear()) < 0) {
            throw new EOFException("it hung up before it was known");
          }
          plain.limit(0);
        }
        case FINISHED, NOT_HANDSHAKING -> {
          return;
        }
      }
    }
  }

  private void runTasks() {
    for (Runnable task = engine.getDelegatedTask(); task != null; ) {
      task.run();
      task = engine.getDelegatedTask();
    }
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    while (true) {
      if (plain.hasRemaining()) {
        return move(into);
      }
      boolean direct = into.remaining() >= RECORD;
      int came = receive(direct ? into : plain.clear());
      if (!direct) {
        plain.flip();
      }
      if (came < 0 || (direct && came > 0)) {
        return came;
      }
      settle();
    }
  }

  private int move(ByteBuffer into) {
    int step = Math.min(plain.remaining(), into.remaining());
    into.put(plain.slice(plain.position(), step));
    plain.position(plain.position() + step);
    return step;
  }

  /** What a peer may ask for between its bytes: an answer to new keys, or work of this side. */
  private void settle() throws IOException {
    switch (engine.getHandshakeStatus()) {
      case NEED_WRAP -> send(NOTHING.duplicate());
      case NEED_TASK -> runTasks();
      default -> {}
    }
  }

  /**
   * Decrypts one record into {@code into}, which has room for it; waits for it, if need be.
   *
   * @return bytes of content, 0 for a record that has none; -1 when the peer has said goodbye
   * @throws EOFException when it hung up without that: anybody could have cut the connection
   */
  private int receive(ByteBuffer into) throws IOException {
    while (true) {
      SSLEngineResult result = unwrap(into);
      switch (result.getStatus()) {
        case OK -> {
          return result.bytesProduced();
        }
        case CLOSED -> {
          return -1;
        }
        case BUFFER_OVERFLOW -> throw new SSLException("it sends a record that is too long");
        case BUFFER_UNDERFLOW -> fill();
      }
    }
  }

  private void fill() throws IOException {
    in.compact();
    try {
      if (socket.read(in) < 0) {
        throw new EOFException("it hung up without a goodbye");
      }
    } finally {
      in.flip();
    }
  }

  private void send(ByteBuffer content) throws IOException {
    wrap(content, out.clear());
    out.flip();
    while (out.hasRemaining()) {
      socket.write(out);
    }
  }

  /** Sends what it can of {@code from} in one record. */
  @Override
  public int write(ByteBuffer from) throws IOException {
    int length = from.remaining();
    send(from);
    return length - from.remaining();
  }

  private synchronized SSLEngineResult unwrap(ByteBuffer into) throws IOException {
    requireNotFreed();
    return engine.unwrap(in, into);
  }

  private synchronized void wrap(ByteBuffer from, ByteBuffer into) throws IOException {
    requireNotFreed();
    engine.wrap(from, into);
  }

  private void requireNotFreed() throws IOException {
    if (freed) {
      throw new ClosedChannelException();
    }
  }

  /** Whether something came that was not read. */
  boolean holdsMore() {
    return in.hasRemaining() || plain.hasRemaining();
  }

  @Override
  public boolean isOpen() {
    return socket.isOpen();
  }

  @Override
  public void close() throws IOException {
    try {
      socket.close();
    } finally {
      free();
    }
  }

  private synchronized void free() {
    if (!freed) {
      freed = true;
      ReferenceCountUtil.release(engine);
    }
  }
}
