package dev.darner.task;

import dev.darner.model.HostAddress;
import dev.darner.model.PieceSet;
import dev.darner.peer.PeerHolding;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A peer that a task has turned to. Touched by the one who touches its {@link Filling}.
 *
 * <pre>
 * LOOKED_AT --it has some--------------------------> GIVING
 *           --it has none, and shall fill----------> ASKED
 *           --it has none; says nothing in time----> gone
 * ASKED     --it knows the size--------------------> GIVING
 *           --it cannot; says nothing in time------> gone
 * GIVING    --stalls, lies, is gone, all is here---> gone
 * </pre>
 *
 * A seed that gives a part may be asked to fill all the same: it may have it from a run that nobody
 * continues, or from the very host that asks.
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
   * @param abroad it is in another cluster, and this host is the one of its own that is sent there
   */
  record Terms(boolean placed, boolean fills, boolean abroad) {
    /** A host that just may have it. */
    static final Terms KNOWN = new Terms(false, false, false);

    /** A seed that the task is at home at. */
    static final Terms HOME = new Terms(false, true, false);
  }

  /** A piece is old when it has been there for so many times as a piece takes to come... */
  private static final int OLD_TIMES = 3;

  /** ...which is taken to be this for each who shares the peer, while it is not known... */
  private static final Duration A_SHARE = Duration.ofMillis(100);

  /** ...and no less than this: others hear of it, ask, and tell what they have. */
  private static final Duration OLD_LEAST = Duration.ofMillis(300);

  /**
   * Many begin at once. Who heard of the first few would ask no others any more, and all would ask
   * the same few.
   */
  private static final Duration SETTLES = Duration.ofMillis(200);

  private static final Duration SETTLES_ANYHOW = Duration.ofSeconds(1);

  private final HostAddress peer;
  private Terms terms;
  private int ticket;
  private State state = State.LOOKED_AT;
  private Instant deadline;
  private Instant dueOnceReached = Instant.MIN;
  private PeerHolding holding;
  private Instant firstHeld;
  private Instant grew;
  private Instant gave;
  private boolean hasGrown;
  private boolean obliged;
  private boolean hurried;
  private boolean lacked;
  private PieceSet given = PieceSet.EMPTY;
  private int toldBy;
  private Instant restsUntil = Instant.MIN;
  private Optional<Instant> busySince = Optional.empty();
  private Optional<Instant> asksAgain = Optional.empty();
  private int busy;
  private int lates;
  private int losses;
  private Instant lost = Instant.MIN;
  private Optional<Duration> usual = Optional.empty();
  private PieceSet old = PieceSet.EMPTY;
  private PieceSet recent = PieceSet.EMPTY;
  private Instant recently = Instant.EPOCH;
  private Instant counted;

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

  /**
   * More is expected of it than when it was turned to; its first answer is due then or later. One
   * that a function names for the first time has a while from now to get something.
   */
  void holdTo(Terms more, Instant due, Instant now) {
    if (gives() && more.placed() && !terms.placed() && grew.isBefore(now)) {
      grew = now;
    }
    terms =
        new Terms(
            terms.placed() || more.placed(),
            terms.fills() || more.fills(),
            terms.abroad() || more.abroad());
    deadline = deadline.isBefore(due) ? due : deadline;
  }

  /** It is asked to fill, by another question than before. */
  void asked(int newTicket, Instant newDeadline) {
    ticket = newTicket;
    obliged = true;
    state = State.ASKED;
    deadline = newDeadline;
    dueOnceReached = Instant.MIN;
  }

  /** It gives a part already, and is now asked to fill the rest, for which it has {@code due}. */
  void askedForMore(int newTicket, Instant due) {
    ticket = newTicket;
    obliged = true;
    grew = due;
  }

  /** It has at least what it told before; of another question it may be another run. */
  boolean goesOnFrom(PeerHolding next) {
    return toldBy != ticket || next.pieces().size() >= holding.pieces().size();
  }

  /** The question has reached it: if it shall give or fill, it has until {@code due} to answer. */
  void reached(Instant due) {
    dueOnceReached = due;
  }

  /** It tells what it has. */
  void held(PeerHolding next, Instant now) {
    toldBy = ticket;
    boolean first = !gives();
    if (first) {
      delivered();
    }
    boolean more = first || next.pieces().size() > holding.pieces().size();
    boolean growing = more || next.received() > holding.received();
    firstHeld = first ? now : firstHeld;
    hasGrown |= growing && !first;
    gave = more ? now : gave;
    grew = growing ? now : grew;
    counted = first || next.share().count() != holding.share().count() ? now : counted;
    state = State.GIVING;
    holding = next;
  }

  /** It was late with a piece; gives how often since it last gave one. */
  int late() {
    return ++lates;
  }

  /**
   * A piece that it was chosen for at {@code chosen} broke off; gives how often that happened since
   * it last gave one. Those that were under way together count once.
   */
  int lost(Instant chosen, Instant now) {
    if (!chosen.isBefore(lost)) {
      losses++;
      lost = now;
    }
    return losses;
  }

  /** It gave something: it is not busy any more. */
  void delivered() {
    lates = 0;
    losses = 0;
    busy = 0;
    busySince = Optional.empty();
  }

  /** A piece of it is here. */
  void gave(int piece) {
    given = given.with(piece);
    delivered();
  }

  /** It had not a piece which it told of. */
  void lacks() {
    lacked = true;
  }

  boolean lacked() {
    return lacked;
  }

  /** Its pieces that are here. */
  PieceSet given() {
    return given;
  }

  /** Asked by another question than before, it has not what it gave. */
  boolean beganAnew(PeerHolding next) {
    return toldBy != ticket && !given.minus(next.pieces()).isEmpty();
  }

  /** A piece came, {@code time} after it was asked for. */
  void took(Duration time) {
    usual =
        Optional.of(
            usual.map(before -> before.multipliedBy(3).plus(time).dividedBy(4)).orElse(time));
  }

  /** About how long a piece takes; nothing while that is not known. */
  Duration usual() {
    return usual.orElse(Duration.ZERO);
  }

  /** As many follow it as did a while ago; or it was told to for long enough. */
  boolean hasSettled(Instant now) {
    return !now.isBefore(counted.plus(SETTLES)) || !now.isBefore(firstHeld.plus(SETTLES_ANYHOW));
  }

  /**
   * What it has had for some time: whoever should have taken it first would have it by now.
   *
   * @param waiting how long the piece takes already that it was asked for first of those to come
   */
  PieceSet old(Duration waiting, Instant now) {
    Duration guess = A_SHARE.multipliedBy(holding.share().count());
    Duration takes = longer(waiting, usual.orElse(guess));
    if (!now.isBefore(recently.plus(longer(takes.multipliedBy(OLD_TIMES), OLD_LEAST)))) {
      old = recent;
      recent = pieces();
      recently = now;
    }
    return old;
  }

  private static Duration longer(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? b : a;
  }

  /** It gives to as many as it may, and is asked for no piece until {@code until}. */
  void rest(Instant until, Instant now) {
    restsUntil = until;
    busySince = busySince.or(() -> Optional.of(now));
    busy++;
  }

  /** It is followed by as many as it may be, and asked the same again at {@code when}. */
  void putOff(Instant when, Instant now) {
    rest(when, now);
    asksAgain = Optional.of(when);
  }

  boolean isToBeAskedAgain(Instant now) {
    return asksAgain.filter(when -> !now.isBefore(when)).isPresent();
  }

  /** It is asked the same again, and has until {@code due}. */
  void askedAgain(int newTicket, Instant due) {
    ticket = newTicket;
    asksAgain = Optional.empty();
    deadline = due;
    dueOnceReached = Instant.MIN;
    grew = due;
  }

  /**
   * It has been busy for so long without giving anything, and nothing shows that it ever will: what
   * it gets is not heard of.
   */
  boolean wornOut(Instant now, Duration limit) {
    boolean heard = gives() && !holding.sealed() && asksAgain.isEmpty();
    return !heard && busySince.filter(since -> !now.isBefore(since.plus(limit))).isPresent();
  }

  int timesBusy() {
    return busy;
  }

  boolean rests(Instant now) {
    return now.isBefore(restsUntil);
  }

  /** It owes its first answer, and did not give it in time. */
  boolean silent(Instant now) {
    return !gives() && asksAgain.isEmpty() && !now.isBefore(due());
  }

  private Instant due() {
    boolean later = !mayBeSlow() && deadline.isBefore(dueOnceReached);
    return later ? dueOnceReached : deadline;
  }

  /** It has been asked to fill. */
  boolean obliged() {
    return obliged;
  }

  /** Its first answer is due by {@code soon}, if it was due later; that it is slow is no fault. */
  void hurry(Instant soon) {
    hurried = true;
    deadline = deadline.isBefore(soon) ? deadline : soon;
  }

  /** Silence does not mean that it is lost. */
  boolean mayBeSlow() {
    return hurried || terms.equals(Terms.KNOWN);
  }

  /**
   * It gives a part, is not asked to fill the rest, and has not been seen to get any of it in the
   * time in which it should: what it has may be left of a run that nobody continues, or come from
   * the very host that asks.
   *
   * @param lately it does not help that it was seen to before
   */
  boolean looksIdle(Instant now, Duration heartbeat, boolean lately) {
    if (!gives()) {
      return false;
    }
    boolean overdue = !now.isBefore((lately ? grew : firstHeld).plus(heartbeat));
    return !holding.sealed() && !obliged && (lately || !hasGrown) && overdue;
  }

  /** It gives, and there is more to hope for from it than the part that it came with. */
  boolean givesInEarnest() {
    return gives() && (holding.sealed() || hasGrown || obliged || terms.placed());
  }

  /** When its bytes grew last. */
  Instant grew() {
    return grew;
  }

  /** It gives, and gets nothing itself any more. */
  boolean stalled(Instant now, Duration stall, Duration crawl) {
    return gives()
        && !holding.sealed()
        && asksAgain.isEmpty()
        && (!now.isBefore(grew.plus(stall)) || !now.isBefore(gave.plus(crawl)));
  }
}
