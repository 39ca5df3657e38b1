package dev.darner.peer;

import dev.darner.model.HostAddress;
import dev.darner.model.HostId;
import dev.darner.model.Quoted;
import dev.darner.transport.Line;
import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * One piece on its way here, over a connection that it has to itself. The thread that fetches reads
 * the socket and feeds the sink in turn: so a slow disk slows the sender, and what it waits in has
 * no other queue than the kernel's.
 */
final class LaneFetch {
  /**
   * Writes that begin and end with pages of the file cost least, so what came along with the head
   * is passed on in whole pages.
   */
  private static final int PAGE = 4096;

  private final Line<Lanes.End> line;
  private final HostAddress peer;
  private final ByteBuffer buffer;
  private final Duration stallLimit;
  private final Optional<HostId> self;
  private boolean clean;

  /**
   * @param buffer direct; used until {@link #run} has returned
   * @param self the name by which this host asks, if it says one
   */
  LaneFetch(
      Line<Lanes.End> line,
      HostAddress peer,
      ByteBuffer buffer,
      Duration stallLimit,
      Optional<HostId> self) {
    this.line = line;
    this.peer = peer;
    this.buffer = buffer;
    this.stallLimit = stallLimit;
    this.self = self;
  }

  /** The answer came to its end, and the connection may serve for another piece. */
  boolean clean() {
    return clean;
  }

  /**
   * Takes the piece.
   *
   * @return the sum that the peer gave
   * @throws IOException when the connection breaks or what comes makes no sense
   */
  int run(LaneWire.Ask ask, PieceSink sink)
      throws IOException, PeerException, SinkException, InterruptedException {
    request(ask);
    buffer.clear();
    int end = head();
    LaneHead head = LaneHead.read(buffer, end);
    if (buffer.position() - end > head.length()) {
      throw new ProtocolException("it sends more than it says");
    }
    buffer.flip().position(end);
    if (head.status() != LaneHead.OK) {
      throw refusal(head);
    }
    body(head.length(), sink);
    clean = head.keeps();
    return head.sum().orElseThrow();
  }

  private void request(LaneWire.Ask ask) throws IOException {
    String said = self.map(name -> LaneWire.HOST + ": " + name + "\r\n").orElse("");
    String head = "GET " + ask.path() + " HTTP/1.1\r\nhost: " + peer + "\r\n" + said + "\r\n";
    buffer.clear().put(head.getBytes(StandardCharsets.US_ASCII)).flip();
    line.write(buffer, stallLimit);
  }

  /** Reads until the head is here; returns where it ends. */
  private int head() throws IOException {
    int end = -1;
    while (end < 0) {
      int seen = buffer.position();
      if (seen > LaneHead.LONGEST) {
        throw new ProtocolException("what it says does not end");
      }
      read();
      end = LaneHead.end(buffer, seen, buffer.position());
    }
    return end;
  }

  private void read() throws IOException {
    if (line.read(buffer, stallLimit) < 0) {
      throw new EOFException("it hung up");
    }
  }

  private void body(int length, PieceSink sink)
      throws IOException, SinkException, InterruptedException {
    int left = length - passOn(length, sink);
    while (left > 0) {
      buffer.limit(Math.min(buffer.capacity(), left));
      while (buffer.hasRemaining()) {
        read();
      }
      left -= buffer.flip().remaining();
      give(buffer, sink);
      buffer.clear();
    }
  }

  /** Passes on what came with the head, but for the beginning of a page; returns how much. */
  private int passOn(int length, PieceSink sink) throws SinkException, InterruptedException {
    int here = buffer.remaining();
    int whole = here == length ? here : here - here % PAGE;
    if (whole > 0) {
      give(buffer.slice(buffer.position(), whole), sink);
    }
    buffer.position(buffer.position() + whole).compact();
    return whole;
  }

  private static void give(ByteBuffer bytes, PieceSink sink)
      throws SinkException, InterruptedException {
    try {
      sink.accept(bytes);
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      throw new SinkException(e);
    }
  }

  private PeerException refusal(LaneHead head) throws IOException {
    buffer.compact().limit(head.length());
    while (buffer.hasRemaining()) {
      read();
    }
    clean = head.keeps();
    String why = StandardCharsets.UTF_8.decode(buffer.flip()).toString();
    String message = peer + ": " + Quoted.of(why);
    return switch (head.status()) {
      case 404 -> new PeerException.NotHolding(message);
      case 503 -> new PeerException.Busy(message);
      default -> new PeerException.Unavailable(message, null);
    };
  }
}
