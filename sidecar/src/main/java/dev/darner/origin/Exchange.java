package dev.darner.origin;

import dev.darner.transport.Line;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * One question and its answer on one connection: the head within a deadline, then each wait for the
 * body within the stall limit. Used by one thread at a time.
 */
final class Exchange implements Inlet.Source {
  private final Line<Site> line;
  private final Deadline deadline;
  private final Duration stall;
  private final Inlet inlet = new Inlet(this);
  private boolean answered;
  private Framing framing = new Framing.UntilClose();
  private boolean keeps;

  /**
   * @param deadline when the head must be here
   */
  Exchange(Line<Site> line, Deadline deadline, Duration stall) {
    this.line = line;
    this.deadline = deadline;
    this.stall = stall;
  }

  /**
   * Asks, and waits for the head.
   *
   * @throws SocketTimeoutException when it is not here in time
   */
  Head ask(Ask ask) throws IOException {
    try {
      line.write(ByteBuffer.wrap(ask.text()), deadline.left());
      Head head = Head.read(inlet);
      framing = head.framing(ask.method());
      keeps = head.keeps();
      answered = true;
      return head;
    } catch (IOException e) {
      throw late() ? tooLate(e) : e;
    }
  }

  static IOException tooLate(IOException cause) {
    SocketTimeoutException late = new SocketTimeoutException();
    late.initCause(cause);
    return late;
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    return line.read(into, answered ? stall : deadline.left());
  }

  /** As {@link Framing#read}. */
  int body(ByteBuffer target) throws IOException {
    return framing.read(inlet, target);
  }

  /** As {@link Framing#mayEndWithin}. */
  boolean mayEndWithin(int octets) {
    return framing.mayEndWithin(octets);
  }

  /** The connection had died before it was asked: nothing came, and nobody was waited for. */
  boolean stillborn() {
    return !inlet.begun() && !late();
  }

  /** What was waited for did not come in time. */
  boolean late() {
    return line.late();
  }

  /** The answer has come whole, nothing else has, and the connection may serve for another. */
  boolean clean() {
    return keeps
        && framing.over()
        && !inlet.holdsMore()
        && !(framing instanceof Framing.UntilClose);
  }

  Line<Site> line() {
    return line;
  }
}
