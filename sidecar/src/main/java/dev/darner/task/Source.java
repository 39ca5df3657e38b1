package dev.darner.task;

import dev.darner.model.HostAddress;
import dev.darner.model.PieceSet;
import dev.darner.peer.PeerHolding;
import java.time.Duration;
import java.time.Instant;

/**
 * A peer that a task has turned to. Touched by the one who touches its {@link Filling}.
 *
 * <pre>
 * LOOKED_AT --it has some--------------------------> GIVING
 *           --it has none, and shall fill----------> ASKED
 *           --it has none; says nothing in time----> gone
 * ASKED     --it knows the size--------------------> GIVING
 *           --it cannot; says nothing in time------> gone
 * GIVING    --stalls, lies, breaks off, all is here-> gone
 * </pre>
 */
final class Source {
  enum State {
    LOOKED_AT,
    ASKED,
    GIVING
  }

  /**
   * On which terms it is asked.
   *
   * @param placed a function named it
   * @param fills it shall be asked to fill when it has nothing
   */
  record Terms(boolean placed, boolean fills) {
    /** A host that just may have it. */
    static final Terms KNOWN = new Terms(false, false);

    /** A seed that the task is at home at. */
    static final Terms HOME = new Terms(false, true);
  }

  private final HostAddress peer;
  private final Terms terms;
  private int ticket;
  private State state = State.LOOKED_AT;
  private Instant deadline;
  private PeerHolding holding;
  private Instant grew;
  private Instant gave;
  private Instant restsUntil = Instant.MIN;
  private int busy;

  /**
   * @param deadline when its first answer is due
   */
  Source(HostAddress peer, Terms terms, int ticket, Instant deadline) {
    this.peer = peer;
    this.terms = terms;
    this.ticket = ticket;
    this.deadline = deadline;
  }

  HostAddress peer() {
    return peer;
  }

  Terms terms() {
    return terms;
  }

  int ticket() {
    return ticket;
  }

  State state() {
    return state;
  }

  boolean gives() {
    return state == State.GIVING;
  }

  PeerHolding holding() {
    return holding;
  }

  PieceSet pieces() {
    return gives() ? holding.pieces() : PieceSet.EMPTY;
  }

  boolean sealed() {
    return gives() && holding.sealed();
  }

  /** It is asked to fill, by another question than before. */
  void asked(int newTicket, Instant newDeadline) {
    ticket = newTicket;
    state = State.ASKED;
    deadline = newDeadline;
  }

  /** It tells what it has. */
  void held(PeerHolding next, Instant now) {
    boolean first = !gives();
    if (first || next.pieces().size() > holding.pieces().size()) {
      gave = now;
    }
    if (first || next.received() > holding.received() || gave.equals(now)) {
      grew = now;
    }
    state = State.GIVING;
    holding = next;
  }

  /** It gave a piece: it is not busy any more. */
  void delivered() {
    busy = 0;
  }

  /**
   * It is busy, and left alone until {@code until}.
   *
   * @return how often in a row by now
   */
  int rest(Instant until) {
    restsUntil = until;
    return ++busy;
  }

  int timesBusy() {
    return busy;
  }

  boolean rests(Instant now) {
    return now.isBefore(restsUntil);
  }

  /** It owes its first answer, and did not give it in time. */
  boolean silent(Instant now) {
    return !gives() && !now.isBefore(deadline);
  }

  /** It gives, has no more to give, and gets none. */
  boolean stalled(Instant now, Duration stall, Duration crawl) {
    return gives()
        && !holding.sealed()
        && (!now.isBefore(grew.plus(stall)) || !now.isBefore(gave.plus(crawl)));
  }
}
