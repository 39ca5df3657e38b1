package dev.darner.task;

import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;

/**
 * How one task stands with its origin: one read at a time, tried again after a failure for a
 * bounded number of times. Pure but for the given chance. Touched by the one who touches its {@link
 * Filling}.
 *
 * <pre>
 * IDLE    --opened----------------> OPENING
 * OPENING --it answered-----------> OPEN
 * OPEN    --read------------------> READING
 * OPENING, OPEN, READING --ended, failed, stopped--> IDLE
 * </pre>
 */
final class OriginTurn {
  enum State {
    IDLE,
    OPENING,
    OPEN,
    READING
  }

  private final TaskSettings.Retries retries;
  private final RandomGenerator random;
  private State state = State.IDLE;
  private int ticket;
  private int next;
  private int until;
  private int failures;
  private boolean gave;
  private Instant notBefore = Instant.MIN;

  OriginTurn(TaskSettings.Retries retries, RandomGenerator random) {
    this.retries = retries;
    this.random = random;
  }

  State state() {
    return state;
  }

  boolean idle() {
    return state == State.IDLE;
  }

  /** The answer belongs to the read that is under way. */
  boolean answers(int answered) {
    return state != State.IDLE && answered == ticket;
  }

  int ticket() {
    return ticket;
  }

  /** The piece that comes next, or was asked for. */
  int next() {
    return next;
  }

  /** This read brings {@code piece}, and fewer than {@code soon} others before it. */
  boolean brings(int piece, int soon) {
    return piece >= next && piece < Math.min(until, next + soon);
  }

  /** A piece has landed since it was opened. */
  boolean gave() {
    return gave;
  }

  boolean mayOpen(Instant now) {
    return idle() && !now.isBefore(notBefore);
  }

  /** Opens at a piece; gives the new ticket. */
  int open(int piece) {
    state = State.OPENING;
    next = piece;
    until = piece;
    gave = false;
    return ++ticket;
  }

  void opened() {
    state = State.OPEN;
  }

  void read(int first, int end) {
    state = State.READING;
    next = first;
    until = end;
  }

  /** A piece has landed: what failed before is forgiven. */
  void landed(int piece) {
    next = piece + 1;
    gave = true;
    failures = 0;
  }

  void stop() {
    state = State.IDLE;
  }

  /**
   * The read failed, or gave nothing.
   *
   * @return it may be tried again, after a pause
   */
  boolean failed(Instant now) {
    state = State.IDLE;
    failures++;
    Duration pause = retries.backOff().multipliedBy(1L << Math.min(failures - 1, 10));
    long millis = pause.toMillis();
    notBefore = now.plusMillis(millis / 2 + random.nextLong(millis / 2 + 1));
    return failures < retries.attempts();
  }
}
