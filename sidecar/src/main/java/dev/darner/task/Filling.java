package dev.darner.task;

import dev.darner.controlplane.Neighbourhood;
import dev.darner.controlplane.Placement;
import dev.darner.model.Host;
import dev.darner.model.HostAddress;
import dev.darner.model.PieceLayout;
import dev.darner.model.PieceSet;
import dev.darner.model.PieceSums;
import dev.darner.model.TaskId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * One attempt to fill one task: what happened goes in, what to do comes out. It reads no clock,
 * does no I/O and starts no thread, so that the same decisions run in a node and in a simulation,
 * where a seed repeats them. Used by one thread at a time.
 *
 * <p><b>How it thinks.</b> An event only changes what is known; then {@link #decide} derives from
 * all that is known what to do, from the top each time: once, however many events came since, for
 * it costs more than they. No step depends on which event came last, so that an event which comes
 * late, twice or not at all (a {@link Event.Tick} follows in any case) cannot leave the task
 * waiting for nothing.
 *
 * <pre>
 * SEEKING  no size yet     --a peer gives, or the origin answers--> OPENING  (Open)
 * OPENING  store is asked  --Opened-------------------------------> FILLING
 * FILLING  pieces arrive   --the last one landed------------------> DONE     (the store seals)
 * any      --the origin refuses, or fails too often---------------> DONE     (Fail)
 * any      --the origin, or all that is left, has another size----> DONE     (Renew)
 * any      --one who gave some was given wrong bytes itself-------> DONE     (Renew)
 * </pre>
 *
 * <p><b>Who gives.</b> While some peer gives ({@link Source.State#GIVING}), pieces come from peers
 * alone. When nobody gives, nobody is being asked, and the origin is not being read, the {@link
 * Ladder} says where to turn to; so it does when those who give have given all they have and seem
 * to get no more. A peer that stalls, lies or is gone is left and not asked again; what it was
 * bringing goes to the others at once. One that has not the whole yet may let a few pieces break
 * off. So a host reads the origin only when no peer helps, and two hosts that wait for each other's
 * pieces both see that the other's bytes do not grow, and go on.
 *
 * <p><b>Why it ends.</b> Each walk of the ladder begins with a loss: of a peer, which is then never
 * asked again (once more, if it was given wrong bytes itself), or of an origin read, of which there
 * are few without progress. A piece that landed stays. A slow piece is taken from a peer at most
 * once, so two slow peers cannot play it to and fro for ever.
 */
final class Filling {
  /** A reader that waits for a piece this far ahead of the origin read makes it jump there. */
  private static final int JUMP = 16;

  /** How often, about, others are looked for while nobody has the whole. */
  private static final Duration SEEK = Duration.ofSeconds(5);

  /** Who asks functions gives up sooner, and says so, as soon as a busy machine lets it. */
  private static final int LATE = 2;

  /**
   * How a filling begins.
   *
   * @param task what
   * @param asker for whom
   * @param excluded peers that are not asked
   * @param originOnly nobody else is asked, unless the origin fails
   * @param onDisk what an earlier run left
   * @param known whom this host knows, until a function's answer brings news
   */
  record Beginning(
      TaskId task,
      Asker asker,
      Set<HostAddress> excluded,
      boolean originOnly,
      Optional<Remains> onDisk,
      Neighbourhood known) {}

  /** What an earlier run left of a task. */
  record Remains(PieceLayout layout, String mediaType, PieceSet here) {}

  /**
   * What a function was asked and has not answered.
   *
   * @param goOn when others are turned to meanwhile, but for the origin
   * @param giveUp when no answer is expected any more
   */
  private record Question(Instant goOn, Instant giveUp) {}

  private final TaskId task;
  private final TaskSettings settings;
  private final List<Step> steps = new ArrayList<>();
  private final Progress progress;
  private final Sources sources;
  private final Taking taking;
  private final Ladder ladder;
  private final OriginTurn origin;
  private final RandomGenerator random;
  private Neighbourhood known;
  private Optional<Question> question = Optional.empty();
  private Instant waitsUntil = Instant.MIN;
  private Optional<Instant> seekAt = Optional.empty();
  private Instant soughtAt = Instant.MIN;
  private boolean seeking;
  private boolean gave;
  private boolean done;

  Filling(Beginning beginning, TaskSettings settings, RandomGenerator random) {
    this.task = beginning.task();
    this.settings = settings;
    this.random = random;
    progress = new Progress(task, beginning.onDisk(), random, steps);
    sources = new Sources(settings.patience(), beginning.excluded(), steps);
    ladder = new Ladder(task, settings.self(), beginning.asker(), sources, random);
    progress.wantFor(beginning.asker());
    taking = new Taking(settings, random, steps, sources, progress, ladder);
    origin = new OriginTurn(settings.origin(), random);
    known = beginning.known();
    if (beginning.originOnly()) {
      ladder.toOrigin();
    }
  }

  /** Nothing more will be done, whatever happens. */
  boolean done() {
    return done;
  }

  /** Peers that are not asked again for this task. */
  Set<HostAddress> shunned() {
    return sources.shunned();
  }

  /** The sums that the pieces should have, when somebody vouches for them. */
  Optional<PieceSums> vouched() {
    return progress.vouched();
  }

  /** Who vouches for the sums. */
  Set<HostAddress> vouchers() {
    return progress.vouchers();
  }

  /** Takes in what happened by {@code now}; {@link #decide} follows, once for all that did. */
  void note(Event event, Instant now) {
    if (!done) {
      take(event, now);
    }
  }

  /** Says what to do about what happened since it was last asked. */
  List<Step> decide(Instant now) {
    if (!done) {
      advance(now);
    }
    List<Step> decided = List.copyOf(steps);
    steps.clear();
    return decided;
  }

  private void take(Event event, Instant now) {
    switch (event) {
      case Event.Tick tick -> taking.tick();
      case Event.Placed placed -> placed(placed, now);
      case Event.Reached reached ->
          sources.of(reached.ticket()).ifPresent(source -> sources.reached(source, now));
      case Event.Held held ->
          sources.of(held.ticket()).ifPresent(source -> held(source, held, now));
      case Event.Ended ended ->
          sources.of(ended.ticket()).ifPresent(source -> ended(source, ended.fault(), now));
      case Event.Opened opened -> progress.opened(opened);
      case Event.Begun begun -> taking.begun(begun, now);
      case Event.Fetched fetched -> taking.fetched(fetched, now);
      case Event.Missed missed -> taking.missed(missed, now);
      case Event.OriginOpened answer -> originOpened(answer);
      case Event.OriginRead read -> originRead(read);
      case Event.OriginEnded ended -> originEnded(ended, now);
      case Event.Wanted wanted -> progress.want(wanted.ranges());
      case Event.OriginLost lost -> originLost();
      case Event.AskedByPeer asked -> {
        progress.wantFor(asked.by());
        ladder.forbidAskingToFill();
        taking.hurryFillers(now);
      }
    }
  }

  /** An answer that comes too late is no answer. */
  private void placed(Event.Placed placed, Instant now) {
    known = placed.known();
    if (question.isPresent()) {
      placed(placed.placement(), now);
    }
  }

  private void placed(Optional<Placement> placement, Instant now) {
    question = Optional.empty();
    waitsUntil = placement.map(answer -> waitsUntil(answer, now)).orElse(Instant.MIN);
    for (Host neighbour : known.neighbours()) {
      sources.named(neighbour.address(), neighbour.id());
    }
    List<Placement.Parent> parents =
        seeking ? ladder.more(placement, known) : ladder.placed(placement, known);
    for (Placement.Parent parent : parents) {
      sources.named(parent.host().address(), parent.host().id());
      boolean fills = parent.fill() && (parent.abroad() || ladder.mayAskToFill());
      Source.Terms terms = new Source.Terms(true, fills, parent.abroad());
      turnTo(parent.host().address(), terms, now);
    }
    if ((seeking && placement.isEmpty()) || isLeftAlone(placement, now)) {
      soughtAt = now;
      ladder.worthALook().forEach(peer -> turnTo(peer, Source.Terms.KNOWN, now));
    }
    seeking = false;
  }

  /** Who waits, and is told of nobody, looks around itself now and then. */
  private boolean isLeftAlone(Optional<Placement> placement, Instant now) {
    return sources.isEmpty()
        && placement.filter(answer -> answer.role() == Placement.Role.WAIT).isPresent()
        && !now.isBefore(soughtAt.plus(SEEK));
  }

  /** Hosts that are told to wait do not all ask again at once. */
  private Instant waitsUntil(Placement placement, Instant now) {
    long millis = placement.again().toMillis();
    return millis == 0
        ? Instant.MIN
        : now.plusMillis(millis * 3 / 4 + random.nextLong(millis / 2 + 1));
  }

  /** Looks for more to take from, now and then, and blames nobody. */
  private void seek(Instant now) {
    if (question.isPresent() || !origin.idle() || now.isBefore(waitsUntil)) {
      return;
    }
    Optional<Instant> dried = taking.driedUpAt().filter(when -> !now.isBefore(when));
    boolean due = dried.filter(soughtAt::isBefore).isPresent();
    if (!due && !taking.wantsMore(now)) {
      return;
    }
    due |= seekAt.filter(when -> !now.isBefore(when)).isPresent();
    if (due || seekAt.isEmpty()) {
      long millis = SEEK.toMillis();
      seekAt = Optional.of(now.plusMillis(millis * 3 / 4 + random.nextLong(millis / 2)));
    }
    if (due) {
      soughtAt = now;
      seeking = true;
      place(now);
    }
  }

  private void place(Instant now) {
    TaskSettings.Patience patience = settings.patience();
    Duration giveUp = patience.answer().multipliedBy(LATE);
    question = Optional.of(new Question(now.plus(patience.place()), now.plus(giveUp)));
    steps.add(new Step.Place(progress.size(), sources.failed()));
  }

  private void turnTo(HostAddress peer, Source.Terms terms, Instant now) {
    TaskSettings.Patience patience = settings.patience();
    Duration answer = terms.equals(Source.Terms.KNOWN) ? patience.look() : patience.answer();
    sources.turnTo(peer, terms, answer, now);
  }

  private void held(Source source, Event.Held held, Instant now) {
    if (taking.beganAnew(source, held.holding())) {
      beginAnewAs(source);
    } else {
      taking.held(source, held, now);
    }
  }

  private void beginAnewAs(Source source) {
    String why = source.peer() + " begins anew, which gave some of it";
    end(new Step.Renew(why, sources.shunned(), Optional.of(source.peer()), false));
  }

  /** What an origin refused to a peer, it may give to this host's own client; only it can say. */
  private void ended(Source source, Fault fault, Instant now) {
    if (fault == Fault.SPOILT && taking.dependsOn(source)) {
      beginAnewAs(source);
      return;
    }
    boolean asked = source.state() == Source.State.ASKED;
    taking.ended(source, fault, now);
    if (fault == Fault.DENIED || (asked && fault == Fault.NOT_HOLDING)) {
      ladder.toOrigin();
    }
  }

  private void originLost() {
    if (!origin.idle() || ladder.isAtOrigin()) {
      stopOrigin();
      restart();
    }
  }

  private void originOpened(Event.OriginOpened answer) {
    if (!origin.answers(answer.ticket())) {
      return;
    }
    if (progress.contradicts(answer.size())) {
      String why = "the origin gives another size than was thought";
      end(new Step.Renew(why, sources.shunned(), Optional.empty(), true));
      return;
    }
    origin.opened();
    progress.know(PieceLayout.of(answer.size()), answer.mediaType(), Optional.empty());
  }

  private void originRead(Event.OriginRead read) {
    progress.landed(read.piece());
    if (origin.answers(read.ticket())) {
      origin.landed(read.piece());
    }
  }

  private void originEnded(Event.OriginEnded ended, Instant now) {
    if (!origin.answers(ended.ticket())) {
      return;
    }
    Optional<TaskException> refusal = ended.failure().flatMap(Refusal::of);
    if (refusal.isPresent()) {
      end(new Step.Fail(refusal.get()));
    } else if (ended.failure().isEmpty() && origin.gave()) {
      origin.stop();
    } else if (origin.failed(now)) {
      restart();
    } else {
      Throwable cause = ended.failure().orElse(null);
      end(new Step.Fail(new TaskException.Unavailable("nobody gives " + task + " now", cause)));
    }
  }

  private void advance(Instant now) {
    if (progress.complete()) {
      end();
      return;
    }
    if (origin.idle() && taking.lostADispute()) {
      doubtTheFirst();
      return;
    }
    if (question.filter(asked -> !now.isBefore(asked.giveUp())).isPresent()) {
      placed(Optional.empty(), now);
    }
    taking.wakeIdle(now);
    taking.leaveOverdue(now);
    if (progress.isOpened()) {
      taking.take(now);
      taking.handOverLate(now);
      readOrigin();
    }
    climb(now);
    seek(now);
  }

  /** Those who were left for saying otherwise than the first may have been right. */
  private void doubtTheFirst() {
    Set<HostAddress> liars = new HashSet<>(sources.shunned());
    progress.teller().ifPresent(liars::add);
    liars.addAll(progress.vouchers());
    String why = "others say otherwise than those who are lost";
    end(new Step.Renew(why, liars, Optional.empty(), false));
  }

  private void end(Step... last) {
    done = true;
    taking.leaveAll();
    stopOrigin();
    steps.addAll(List.of(last));
  }

  /** Lets an opened origin give the gap that it stands before. */
  private void readOrigin() {
    if (origin.state() == OriginTurn.State.OPEN) {
      int from = progress.missingFrom(origin.next());
      int until = progress.endOfGap(from);
      if (from == until) {
        stopOrigin();
      } else {
        origin.read(from, until);
        steps.add(new Step.ReadOrigin(origin.ticket(), from, until));
      }
    } else if (origin.state() == OriginTurn.State.READING && shouldJump()) {
      stopOrigin();
    }
  }

  /** Every reader that waits, waits for what this read will not bring soon. */
  private boolean shouldJump() {
    List<Integer> awaited = progress.awaited().map(List::getFirst).toList();
    return !awaited.isEmpty() && awaited.stream().noneMatch(piece -> origin.brings(piece, JUMP));
  }

  private void stopOrigin() {
    if (!origin.idle()) {
      steps.add(new Step.StopOrigin(origin.ticket()));
      origin.stop();
    }
  }

  /** Turns to somebody, while nobody gives or is being asked; to the origin last. */
  private void climb(Instant now) {
    noticeLoss();
    boolean moving = true;
    while (moving && mayMove(now) && taking.nothingToHopeFor(now) && origin.idle()) {
      moving = move(ladder.next(), now);
    }
  }

  /**
   * A function is waited for a little, and then passed by until it answers; one that said «wait» is
   * done that favour.
   */
  private boolean mayMove(Instant now) {
    if (now.isBefore(waitsUntil)) {
      return false;
    }
    if (question.filter(asked -> now.isBefore(asked.goOn())).isPresent()) {
      return false;
    }
    question.ifPresent(asked -> ladder.goOn(known));
    return true;
  }

  /**
   * @return whether the next move may follow, when this one reached nobody
   */
  private boolean move(Ladder.Move move, Instant now) {
    switch (move) {
      case Ladder.Move.AskPlacement ask -> place(now);
      case Ladder.Move.Look look ->
          look.peers().forEach(peer -> turnTo(peer, Source.Terms.KNOWN, now));
      case Ladder.Move.AskHome home -> turnTo(home.peer(), Source.Terms.HOME, now);
      case Ladder.Move.ReadOrigin read -> {
        return openOrigin(now);
      }
    }
    return true;
  }

  /**
   * What peers were bringing must have ended: a piece that is still being written cannot be read. A
   * function that is late may name somebody who reads already.
   */
  private boolean openOrigin(Instant now) {
    if (question.isEmpty() && origin.mayOpen(now) && !taking.isUnderWay()) {
      taking.leaveAll();
      gave = false;
      int piece = progress.firstToRead();
      steps.add(new Step.OpenOrigin(origin.open(piece), piece));
    }
    return false;
  }

  /** When the last of those who gave in earnest is lost, the walk begins anew. */
  private void noticeLoss() {
    boolean gives = sources.giving().stream().anyMatch(Source::givesInEarnest);
    if (gave && !gives) {
      restart();
    }
    gave = gives;
  }

  /** What a function is being asked then decides the walk, and does not only add to it. */
  private void restart() {
    ladder.restart();
    seeking = false;
  }
}
