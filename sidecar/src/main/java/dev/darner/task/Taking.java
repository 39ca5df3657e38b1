package dev.darner.task;

import dev.darner.model.HostAddress;
import dev.darner.model.PieceSet;
import dev.darner.peer.PeerHolding;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Takes pieces from the peers that give, and drops peers that do not do as they should. Touched by
 * the one who touches its {@link Filling}.
 */
final class Taking {
  /** The first pause of a peer that is busy; doubled each time. */
  private static final Duration REST = Duration.ofMillis(250);

  /** Peers that get something say so at least once a second; this much later it should be here. */
  private static final Duration HEARTBEAT = Duration.ofMillis(1300);

  /** How often it is doubled: to two seconds. */
  private static final int REST_DOUBLES = 3;

  /** Peers beyond which no more are looked for. */
  private static final int ENOUGH = 8;

  /** Times as quick as a late peer another is, for a piece to be handed over in mid-task. */
  private static final int QUICKER = 4;

  /** A peer that is late so often, and gives nothing in between, is left. */
  private static final int LATES = 2;

  /** A peer that has not the whole yet, and loses so many pieces one after another, is left. */
  private static final int LOSSES = 2;

  /** A piece is given this long, and the time that it takes at {@link #SLOWEST}. */
  private static final Duration START = Duration.ofSeconds(10);

  /** Bytes a second below which a peer is of no use. */
  private static final long SLOWEST = 64 << 10;

  private final TaskSettings settings;
  private final RandomGenerator random;
  private final List<Step> steps;
  private final Sources sources;
  private final Progress progress;
  private final Ladder ladder;
  private final Flights flights = new Flights();
  private final Hearsay hearsay = new Hearsay();
  private PieceSet resting = PieceSet.EMPTY;
  private boolean sizeDisputed;
  private boolean sumsDisputed;

  Taking(
      TaskSettings settings,
      RandomGenerator random,
      List<Step> steps,
      Sources sources,
      Progress progress,
      Ladder ladder) {
    this.settings = settings;
    this.random = random;
    this.steps = steps;
    this.sources = sources;
    this.progress = progress;
    this.ladder = ladder;
  }

  /** Pieces that another writer had may be tried again. */
  void tick() {
    resting = PieceSet.EMPTY;
  }

  void held(Source source, Event.Held held, Instant now) {
    if (!source.goesOnFrom(held.holding()) || !progress.agreesWith(held.holding())) {
      leave(source, disputes(source, held.holding()) ? Fault.DISPUTED : Fault.LIED);
      return;
    }
    if (held.holding().sums().filter(sums -> !progress.vouches(source.peer(), sums)).isPresent()) {
      sumsDisputed = true;
      leave(source, Fault.DISPUTED);
      return;
    }
    boolean first = !source.gives();
    sources.held(source, held, now);
    if (first && ladder.fillsForUs(source.peer())) {
      oblige(source, now);
    }
    progress.know(held.holding().layout(), held.holding().mediaType(), Optional.of(source.peer()));
    if (source.sealed()) {
      held.holding().digest().ifPresent(progress::verified);
    }
    if (source.hasSettled(now) && !source.terms().abroad()) {
      held.holding().others().forEach(other -> hearOf(other, now));
    }
  }

  /** Its word on the size stands against that of one other peer. */
  private boolean disputes(Source source, PeerHolding holding) {
    boolean asPeersSay = progress.teller().isPresent() && !isTeller(source);
    boolean disputes = asPeersSay && progress.contradicts(holding.layout().size());
    sizeDisputed |= disputes;
    return disputes;
  }

  /**
   * Some said another size, or vouched for other sums, than those did of whom nobody gives any
   * more. For the sums alone nothing is thrown away.
   */
  boolean lostADispute() {
    boolean size = sizeDisputed && progress.teller().isPresent();
    boolean sums = sumsDisputed && progress.here().isEmpty();
    return (size || sums) && sources.giving().isEmpty() && !isUnderWay();
  }

  /** Pieces of it are here, or may be; or the size is known by its word alone. */
  boolean dependsOn(Source source) {
    return !source.given().isEmpty() || flights.count(source.peer()) > 0 || isTeller(source);
  }

  private boolean isTeller(Source source) {
    return progress.teller().filter(source.peer()::equals).isPresent();
  }

  /** It has not what it gave, or another size than it said: it has thrown that away. */
  boolean beganAnew(Source source, PeerHolding holding) {
    return source.beganAnew(holding)
        || (isTeller(source) && progress.contradicts(holding.layout().size()));
  }

  /** A peer names another that gets the same. */
  private void hearOf(HostAddress other, Instant now) {
    boolean welcome = sources.all().size() < ENOUGH && !progress.ambiguous();
    if (welcome && ladder.mayAsk(other) && hearsay.isWorthALook(other, now)) {
      sources.turnTo(other, Source.Terms.KNOWN, settings.patience().look(), now);
    }
  }

  void ended(Source source, Fault fault, Instant now) {
    boolean matters = source.gives() || !source.terms().equals(Source.Terms.KNOWN);
    if (fault == Fault.BUSY && matters) {
      sources.putOff(source, restEnd(source, now), now);
      return;
    }
    sources.ended(source, fault, now);
    if (sources.of(source.peer()).isEmpty()) {
      stopFlights(source);
    }
  }

  void begun(Event.Begun begun, Instant now) {
    flights.begun(begun.peer(), begun.piece(), now);
  }

  void fetched(Event.Fetched fetched, Instant now) {
    Optional<Source> source = sources.of(fetched.peer());
    flights
        .chosen(fetched.peer(), fetched.piece())
        .ifPresent(chosen -> source.ifPresent(s -> s.took(Duration.between(chosen, now))));
    flights.end(fetched.piece());
    progress.landed(fetched.piece());
    source.ifPresent(giver -> giver.gave(fetched.piece()));
  }

  void missed(Event.Missed missed, Instant now) {
    Instant chosen = flights.chosen(missed.peer(), missed.piece()).orElse(now);
    flights.end(missed.piece());
    if (missed.fault() == Fault.TAKEN) {
      resting = resting.with(missed.piece());
    }
    sources.of(missed.peer()).ifPresent(source -> missed(source, missed.fault(), chosen, now));
  }

  /**
   * One that still gets it may be slow, not gone: others may have its link or processor. Whoever
   * leaves it may be the next to read the origin.
   */
  private void lost(Source source, Instant chosen, Instant now) {
    boolean slow = source.gives() && !source.sealed() && source.lost(chosen, now) < LOSSES;
    if (slow) {
      busy(source, now);
    } else {
      leave(source, Fault.LOST);
    }
  }

  private void missed(Source source, Fault fault, Instant chosen, Instant now) {
    switch (fault) {
      case STOPPED, TAKEN -> {}
      case BUSY -> busy(source, now);
      case DISPUTED -> leave(source, contradictsItself(source) ? Fault.LIED : fault);
      case NOT_HOLDING -> lacks(source, now);
      case LOST -> lost(source, chosen, now);
      case DENIED, LIED, SPOILT, LATE -> leave(source, fault);
    }
  }

  /** One that has not verified the whole may be about to say that it begins anew. */
  private void lacks(Source source, Instant now) {
    if (source.sealed() || (!source.rests(now) && source.lacked())) {
      leave(source, Fault.NOT_HOLDING);
    } else if (!source.rests(now)) {
      source.lacks();
      busy(source, now);
    }
  }

  /** It vouches for the sums that its piece has not. */
  private boolean contradictsItself(Source source) {
    return progress.vouchers().contains(source.peer());
  }

  private void busy(Source source, Instant now) {
    if (!source.rests(now)) {
      source.rest(restEnd(source, now), now);
    }
  }

  private Instant restEnd(Source source, Instant now) {
    long millis = REST.toMillis() << Math.min(source.timesBusy(), REST_DOUBLES);
    return now.plusMillis(millis / 2 + random.nextLong(millis / 2));
  }

  private void oblige(Source source, Instant now) {
    if (!source.sealed() && !source.obliged()) {
      sources.oblige(source, now);
    }
  }

  /** Leaves those who owe an answer, or whose own source has dried up. */
  void leaveOverdue(Instant now) {
    for (Source source : sources.overdue(now)) {
      if (source.silent(now)) {
        leave(source, whySilent(source));
      } else if (isDrained(source)) {
        leave(source, Fault.LOST);
      }
    }
    leaveWornOut(now);
    leaveDripping(now);
    sources.askAgain(now);
  }

  private static Fault whySilent(Source source) {
    if (source.mayBeSlow()) {
      return Fault.STOPPED;
    }
    return source.obliged() ? Fault.LATE : Fault.LOST;
  }

  private void leaveWornOut(Instant now) {
    sources.all().stream()
        .filter(source -> source.wornOut(now, settings.patience().crawl()))
        .forEach(source -> leave(source, Fault.BUSY));
  }

  /** Whatever it says of itself: one that takes this long for a piece does not help. */
  private void leaveDripping(Instant now) {
    for (Flights.Flight flight : flights.olderThan(START, now)) {
      Duration limit = START.plusMillis(1000 * progress.length(flight.piece()) / SLOWEST);
      Duration crawl = settings.patience().crawl();
      Duration most = limit.compareTo(crawl) < 0 ? limit : crawl;
      if (!now.isBefore(flight.begun().orElseThrow().plus(most))) {
        sources.of(flight.peer()).ifPresent(source -> leave(source, Fault.LOST));
      }
    }
  }

  /** Those who are asked have not all, or no place: there may be others by now who have more. */
  boolean wantsMore(Instant now) {
    List<Source> all = sources.all();
    return !all.isEmpty()
        && all.size() < ENOUGH
        && all.stream().noneMatch(source -> source.sealed() && !source.rests(now));
  }

  /** When those who give, of whom nothing is left to take, had got nothing for too long. */
  Optional<Instant> driedUpAt() {
    List<Source> giving = sources.giving();
    return giving.stream().allMatch(this::isDrained)
        ? giving.stream().map(Source::grew).max(Comparator.naturalOrder()).map(this::tooLong)
        : Optional.empty();
  }

  private Instant tooLong(Instant since) {
    return since.plus(settings.patience().late());
  }

  /** Asks those who may fill, and seem to be idle, to do so. */
  void wakeIdle(Instant now) {
    for (Source source : sources.giving()) {
      boolean mayFill = source.terms().fills() && ladder.mayAskToFill();
      if ((mayFill || ladder.fillsForUs(source.peer()))
          && source.looksIdle(now, HEARTBEAT, false)) {
        oblige(source, now);
      }
    }
  }

  /**
   * Somebody waits for this host: it does not wait long for one who has been asked to fill. That
   * one may wait for this very host, unless a function sent this one to another cluster.
   */
  void hurryFillers(Instant now) {
    sources.all().stream()
        .filter(source -> !source.gives() && source.terms().fills() && !source.terms().abroad())
        .forEach(source -> source.hurry(now.plus(settings.patience().answer())));
  }

  /** Nobody gives or is expected to, or those who do have nothing more and seem to get nothing. */
  boolean nothingToHopeFor(Instant now) {
    return sources.all().stream().allMatch(source -> isSpent(source, now));
  }

  private boolean isSpent(Source source, Instant now) {
    return isDrained(source) && (isIdle(source, now) || isStillWhileWeAreElected(source, now));
  }

  private boolean isIdle(Source source, Instant now) {
    return !source.terms().placed() && source.looksIdle(now, HEARTBEAT, ladder.readsForOthers());
  }

  /** Others who followed the same reader, which is lost, wait for this host as it does for them. */
  private boolean isStillWhileWeAreElected(Source source, Instant now) {
    return ladder.isElected() && source.gives() && !now.isBefore(source.grew().plus(HEARTBEAT));
  }

  /** What it has is here, and nothing is on its way from it. */
  private boolean isDrained(Source source) {
    return flights.count(source.peer()) == 0 && lacking(source).isEmpty();
  }

  /** Some piece is on its way, or was and has not ended. */
  boolean isUnderWay() {
    return flights.count() > 0;
  }

  void leaveAll() {
    sources.all().forEach(source -> leave(source, Fault.STOPPED));
  }

  private void leave(Source source, Fault fault) {
    sources.leave(source, fault);
    stopFlights(source);
  }

  private void stopFlights(Source source) {
    flights.of(source.peer()).forEach(this::stop);
  }

  private void stop(Flights.Flight flight) {
    if (!flight.stopped()) {
      flights.stopped(flight);
      steps.add(new Step.StopFetch(flight.peer(), flight.piece()));
    }
  }

  private PieceSet lacking(Source source) {
    return source.pieces().minus(progress.here());
  }

  /** Chooses pieces, as many as may be in flight. */
  void take(Instant now) {
    List<PiecePicker.Offer> offers =
        usable(now).stream().map(source -> offer(source, now)).toList();
    regret(offers);
    int room = settings.piecesOfTask() - flights.count();
    PiecePicker.Need need =
        new PiecePicker.Need(progress.here(), flights.pieces().union(resting), progress.wants());
    for (PiecePicker.Pick pick : progress.picker().pick(need, offers, room, flights::wasLate)) {
      flights.start(pick.peer(), pick.piece(), now);
      boolean waited = progress.isWaitedFor();
      steps.add(
          new Step.Fetch(pick.peer(), pick.piece(), waited, isTheOnlyWhole(pick.peer(), now)));
    }
  }

  /**
   * Nobody else who gives has the whole. One that has not the whole itself is not waited for so: it
   * may let a piece break off and try again.
   */
  private boolean isTheOnlyWhole(HostAddress peer, Instant now) {
    List<HostAddress> whole =
        usable(now).stream().filter(Source::sealed).map(Source::peer).toList();
    return whole.equals(List.of(peer));
  }

  /** What has waited for its turn until it is better taken from another, or left to another. */
  private void regret(List<PiecePicker.Offer> offers) {
    List<PiecePicker.Pick> waiting =
        flights.waiting().stream()
            .map(flight -> new PiecePicker.Pick(flight.peer(), flight.piece()))
            .toList();
    if (!waiting.isEmpty()) {
      progress
          .picker()
          .regretted(waiting, offers)
          .forEach(pick ->
              flights.of(pick.peer()).stream()
                  .filter(flight -> flight.piece() == pick.piece())
                  .forEach(this::stop));
    }
  }

  /** One piece at most waits for its turn: what is chosen late is chosen well. */
  private int room(Source source) {
    int room = settings.piecesOfPeer() - flights.count(source.peer());
    return flights.waiting(source.peer()) > 0 ? 0 : Math.min(room, 1);
  }

  private PiecePicker.Offer offer(Source source, Instant now) {
    boolean whole = source.sealed() || source.terms().fills() || source.obliged();
    PieceSet old = source.old(flights.longest(source.peer(), now), now);
    PiecePicker.Standing standing =
        new PiecePicker.Standing(
            whole,
            source.holding().share(),
            old,
            settings.topology().to(source.holding().topology().at(source.peer())));
    long load = source.usual().toMillis();
    return new PiecePicker.Offer(source.peer(), source.pieces(), room(source), load, standing);
  }

  /**
   * Those who give now and whose pieces fit together. Of a content that nothing yet names by a
   * digest there may be several versions about, so that only one peer gives.
   */
  private List<Source> usable(Instant now) {
    return sources.giving().stream()
        .limit(progress.ambiguous() ? 1 : Long.MAX_VALUE)
        .filter(source -> !source.rests(now))
        .toList();
  }

  /**
   * A late piece goes to a peer that idles, when a reader waits for it, it is among the last, or
   * others are much quicker: neither the end of a task nor a turn shall hang on the slowest peer. A
   * peer is late with a piece once, so what this wastes is less than the pieces that are in flight
   * at one time, and one more for each further peer that is slow. One that is late twice and gave
   * nothing in between is left, while others give.
   */
  void handOverLate(Instant now) {
    List<Flights.Flight> late = flights.olderThan(settings.patience().late(), now);
    if (late.isEmpty()) {
      return;
    }
    PieceSet offered =
        usable(now).stream().map(Source::pieces).reduce(PieceSet.EMPTY, PieceSet::union);
    boolean nothingElse = offered.minus(progress.here()).minus(flights.pieces()).isEmpty();
    List<Integer> awaited = progress.awaited().flatMap(List::stream).toList();
    for (Flights.Flight flight : late) {
      boolean matters =
          nothingElse || awaited.contains(flight.piece()) || othersAreQuicker(flight, now);
      if (matters && anotherMayTry(flight, now)) {
        flights.markLate(flight);
        stop(flight);
        sources.of(flight.peer()).ifPresent(this::late);
      }
    }
  }

  /** Some other peer that has the piece would have given several in that time. */
  private boolean othersAreQuicker(Flights.Flight flight, Instant now) {
    Duration age = Duration.between(flight.begun().orElse(now), now);
    return usable(now).stream()
        .filter(source -> !source.peer().equals(flight.peer()))
        .filter(source -> source.pieces().contains(flight.piece()))
        .map(Source::usual)
        .anyMatch(usual -> usual.isPositive() && usual.multipliedBy(QUICKER).compareTo(age) < 0);
  }

  private void late(Source source) {
    if (source.late() >= LATES) {
      leave(source, Fault.BUSY);
    }
  }

  private boolean anotherMayTry(Flights.Flight flight, Instant now) {
    return !flights.wasLate(flight.peer(), flight.piece())
        && usable(now).stream()
            .filter(source -> !source.peer().equals(flight.peer()))
            .filter(source -> !flights.wasLate(source.peer(), flight.piece()))
            .anyMatch(source -> source.pieces().contains(flight.piece()) && room(source) > 0);
  }
}
