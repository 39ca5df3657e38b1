package dev.darner.task;

import dev.darner.model.ByteRange;
import dev.darner.model.Digest;
import dev.darner.model.HostAddress;
import dev.darner.model.PieceSet;
import dev.darner.origin.OriginException;
import dev.darner.peer.PeerHolding;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One host of a {@link Swarm}: the {@link Filling} of a node, between a made-up store and network.
 */
final class SimHost {
  private static final TaskSettings.Patience PATIENCE = TaskSettings.Patience.DEFAULT;

  enum State {
    IDLE,
    FILLING,
    SEALED,
    FAILED,
    DEAD
  }

  /** One who follows this host. */
  private final class Follower {
    private final SimHost who;
    private final int attempt;
    private final int ticket;
    private Instant last = swarm.now();

    Follower(SimHost who, int ticket) {
      this.who = who;
      this.attempt = who.attempt;
      this.ticket = ticket;
    }

    /** Tells it, after what it was told before. */
    void tell(Event event) {
      Instant due = swarm.now().plusMillis(swarm.hop());
      last = due.isAfter(last) ? due : last.plusMillis(1);
      swarm.at(last, () -> who.heard(attempt, ticket, event));
    }
  }

  final HostAddress address;
  private final Swarm swarm;
  private final Swarm.Manner manner;
  private final List<Follower> followers = new ArrayList<>();
  private final Map<Integer, SimHost> following = new HashMap<>();
  private final Map<Integer, Integer> fetches = new HashMap<>();
  private final Set<Integer> claims = new HashSet<>();
  private State state = State.IDLE;
  private Filling filling;
  private PieceSet here = PieceSet.EMPTY;
  private boolean opened;
  private boolean starting;
  private boolean deciding;
  private long received;
  private int attempt;
  private int originRead;
  private int nextFetch;

  SimHost(Swarm swarm, int number, Swarm.Manner manner) {
    this.swarm = swarm;
    this.manner = manner;
    address = new HostAddress("host-" + number, 1000 + number);
    if (manner == Swarm.Manner.LYING) {
      state = State.SEALED;
      opened = true;
      here = PieceSet.full(swarm.layout.count());
    }
    if (manner != Swarm.Manner.LYING && swarm.random.nextInt(4) == 0) {
      leftOver();
    }
    if (manner == Swarm.Manner.DYING) {
      swarm.later(swarm.random.nextInt(4000), this::die);
    }
  }

  /** An earlier run was ended in the middle. */
  private void leftOver() {
    opened = true;
    for (int piece = 0; piece < swarm.layout.count() - 1; piece++) {
      if (swarm.random.nextBoolean()) {
        here = here.with(piece);
        received += swarm.layout.range(piece).length();
      }
    }
  }

  private Optional<Filling.Remains> remains() {
    return opened ? Optional.of(new Filling.Remains(swarm.layout, "", here)) : Optional.empty();
  }

  @Override
  public String toString() {
    return address.host() + " " + manner;
  }

  /** Whether a runtime here pulls; it does so later. */
  boolean begins() {
    starting = manner != Swarm.Manner.LYING && swarm.random.nextInt(4) > 0;
    return starting;
  }

  boolean hasSome() {
    return opened && state != State.DEAD;
  }

  boolean sealed() {
    return state == State.SEALED;
  }

  boolean busy() {
    return state == State.FILLING || starting;
  }

  void start(Asker asker) {
    starting = false;
    if (state != State.IDLE && state != State.FAILED) {
      return;
    }
    state = State.FILLING;
    attempt++;
    filling =
        new Filling(
            new Filling.Beginning(
                swarm.task, asker, Set.of(), false, remains(), swarm.neighbourhood(this)),
            TaskSettings.of(address),
            swarm.random);
    swarm.note(this, "starts for " + asker);
    tick(attempt);
  }

  private void tick(int of) {
    if (of == attempt && state == State.FILLING) {
      on(new Event.Tick());
      swarm.later(100, () -> tick(of));
    }
  }

  private void heard(int of, int ticket, Event event) {
    if (of == attempt && following.containsKey(ticket)) {
      if (event instanceof Event.Ended) {
        following.remove(ticket);
      }
      on(event);
    }
  }

  private void on(Event event) {
    if (state == State.FILLING) {
      filling.note(event, swarm.now());
      decideSoon();
    }
  }

  /** A host that is busy decides once upon several events. */
  private void decideSoon() {
    if (!deciding && swarm.random.nextInt(3) > 0) {
      decide();
    } else if (!deciding) {
      deciding = true;
      swarm.later(
          swarm.random.nextInt(30),
          () -> {
            deciding = false;
            decide();
          });
    }
  }

  private void decide() {
    if (state == State.FILLING) {
      filling.decide(swarm.now()).forEach(this::perform);
    }
  }

  private void post(int of, Event event, long millis) {
    swarm.later(
        millis,
        () -> {
          if (of == attempt) {
            on(event);
          }
        });
  }

  private void perform(Step step) {
    swarm.note(this, step);
    switch (step) {
      case Step.Place place -> place(place);
      case Step.Ask ask -> {
        SimHost target = swarm.hosts.get(ask.peer());
        following.put(ask.ticket(), target);
        Follower follower = target.new Follower(this, ask.ticket());
        swarm.later(swarm.hop(), () -> target.asked(follower, ask.fill()));
      }
      case Step.Leave leave -> leave(leave.ticket());
      case Step.Open open -> {
        opened = true;
        post(attempt, new Event.Opened(swarm.layout, here), 0);
        tellFollowers();
        want(attempt);
      }
      case Step.Fetch fetch -> fetch(fetch);
      case Step.StopFetch stop -> end(stop.peer(), stop.piece(), Fault.STOPPED);
      case Step.OpenOrigin open -> openOrigin(open);
      case Step.ReadOrigin read -> readOrigin(read, read.from(), originRead);
      case Step.StopOrigin stop -> originRead++;
      case Step.Blame blame -> {}
      case Step.Fail fail -> finish(State.FAILED);
      case Step.Expect expect -> throw new AssertionError(step);
      case Step.Renew renew -> throw new AssertionError(step);
    }
  }

  private void place(Step.Place place) {
    int of = attempt;
    if (!swarm.chance(0.1)) {
      swarm.later(
          swarm.hop(),
          () ->
              post(
                  of,
                  new Event.Placed(swarm.place(this, place.failed()), swarm.neighbourhood(this)),
                  swarm.hop()));
    }
  }

  /** A reader wants the whole; others come, each with a part that it waits for, and go. */
  private void want(int of) {
    if (of == attempt && state == State.FILLING) {
      List<ByteRange> wants = new ArrayList<>();
      if (!swarm.chance(0.3)) {
        wants.add(ByteRange.whole(swarm.layout.size()));
      }
      for (int i = swarm.random.nextInt(3); i > 0; i--) {
        long from = swarm.random.nextLong(swarm.layout.size());
        wants.add(new ByteRange(from, swarm.random.nextLong(from, swarm.layout.size()) + 1));
      }
      on(new Event.Wanted(wants));
      swarm.later(swarm.random.nextInt(3000), () -> want(of));
    }
  }

  private void leave(int ticket) {
    SimHost left = following.remove(ticket);
    if (left != null) {
      left.followers.removeIf(f -> f.who == this && f.ticket == ticket && f.attempt == attempt);
    }
  }

  // What others ask of this host.

  private void asked(Follower follower, boolean fill) {
    if (manner == Swarm.Manner.SILENT || follower.who.state != State.FILLING) {
      return;
    }
    if (state == State.DEAD || manner == Swarm.Manner.UNREACHABLE) {
      follower.tell(new Event.Ended(follower.ticket, Fault.LOST));
    } else if (fill && !sealed()) {
      followers.add(follower);
      start(Asker.PEER);
      on(new Event.AskedByPeer(Asker.PEER));
    } else if (opened && (state == State.FILLING || sealed())) {
      followers.add(follower);
      follower.tell(new Event.Held(follower.ticket, holding()));
    } else if (opened && swarm.chance(0.5)) {
      follower.tell(new Event.Held(follower.ticket, holding()));
    } else {
      follower.tell(new Event.Ended(follower.ticket, Fault.NOT_HOLDING));
    }
  }

  private PeerHolding holding() {
    Optional<Digest> digest = sealed() ? swarm.task.digest() : Optional.empty();
    long told = sealed() ? swarm.layout.size() : received;
    return new PeerHolding(swarm.layout, "", here, sealed(), told, digest);
  }

  private void tellFollowers() {
    followers.forEach(f -> f.tell(new Event.Held(f.ticket, holding())));
  }

  private void endFollowers(Fault fault) {
    List.copyOf(followers).forEach(f -> f.tell(new Event.Ended(f.ticket, fault)));
    followers.clear();
  }

  // What this host takes from others.

  private void fetch(Step.Fetch fetch) {
    int number = ++nextFetch;
    int of = attempt;
    swarm.check(
        fetches.putIfAbsent(fetch.piece(), number) == null, this + " fetches a piece twice");
    swarm.later(
        swarm.hop(),
        () -> {
          if (isUnderWay(of, fetch.piece(), number)) {
            begin(fetch, number);
          }
        });
  }

  private boolean isUnderWay(int of, int piece, int number) {
    return of == attempt && state == State.FILLING && fetches.getOrDefault(piece, 0) == number;
  }

  private void begin(Step.Fetch fetch, int number) {
    if (here.contains(fetch.piece()) || !claims.add(fetch.piece())) {
      fetches.remove(fetch.piece());
      on(new Event.Missed(fetch.peer(), fetch.piece(), Fault.TAKEN));
      return;
    }
    on(new Event.Begun(fetch.peer(), fetch.piece()));
    SimHost giver = swarm.hosts.get(fetch.peer());
    Optional<Fault> fault = giver.fault(fetch.piece());
    long silence = fault.equals(Optional.of(Fault.LOST)) ? PATIENCE.stall().toMillis() : 0;
    long millis = silence + giver.transferMillis();
    int of = attempt;
    swarm.later(
        millis,
        () -> {
          if (isUnderWay(of, fetch.piece(), number)) {
            fault.ifPresentOrElse(
                f -> end(fetch.peer(), fetch.piece(), f),
                () -> landed(fetch.peer(), fetch.piece()));
          }
        });
  }

  private Optional<Fault> fault(int piece) {
    if (state == State.DEAD || manner == Swarm.Manner.SILENT) {
      return Optional.of(Fault.LOST);
    }
    if (manner == Swarm.Manner.LYING && swarm.random.nextInt(3) == 0) {
      return Optional.of(Fault.LIED);
    }
    if (manner == Swarm.Manner.FLAKY && swarm.random.nextInt(5) == 0) {
      return Optional.of(swarm.random.nextBoolean() ? Fault.LOST : Fault.NOT_HOLDING);
    }
    if (swarm.chance(0.05)) {
      return Optional.of(Fault.BUSY);
    }
    return here.contains(piece) ? Optional.empty() : Optional.of(Fault.NOT_HOLDING);
  }

  private long transferMillis() {
    int usual = manner == Swarm.Manner.SLOW ? 3000 : 50;
    return (long) usual / 2 + swarm.random.nextInt(usual);
  }

  private void landed(HostAddress from, int piece) {
    fetches.remove(piece);
    claims.remove(piece);
    land(piece);
    on(new Event.Fetched(from, piece));
    sealIfWhole();
  }

  private void land(int piece) {
    swarm.check(!here.contains(piece), this + " landed piece " + piece + " twice");
    here = here.with(piece);
    received += swarm.layout.range(piece).length();
    tellFollowers();
  }

  private void end(HostAddress peer, int piece, Fault fault) {
    if (fetches.remove(piece) != null) {
      claims.remove(piece);
      post(attempt, new Event.Missed(peer, piece, fault), 1);
    }
  }

  private void sealIfWhole() {
    if (opened && here.size() == swarm.layout.count()) {
      decide();
      swarm.check(filling.done(), this + " has all and goes on");
      finish(State.SEALED);
      tellFollowers();
    }
  }

  // What this host reads from the origin.

  private void openOrigin(Step.OpenOrigin open) {
    swarm.check(following.isEmpty(), this + " reads the origin while it follows peers");
    if (!swarm.originReaders.contains(address)) {
      swarm.originReaders.add(address);
    }
    int read = ++originRead;
    Event answer =
        swarm.chance(0.2)
            ? new Event.OriginEnded(open.ticket(), unavailable())
            : new Event.OriginOpened(open.ticket(), swarm.layout.size(), "");
    int of = attempt;
    swarm.later(
        20 + swarm.random.nextInt(swarm.faulty ? 3000 : 100),
        () -> {
          if (of == attempt && read == originRead) {
            on(answer);
          }
        });
  }

  private static Optional<OriginException> unavailable() {
    return Optional.of(new OriginException.Unavailable("the origin is tired"));
  }

  private void readOrigin(Step.ReadOrigin read, int piece, int number) {
    int of = attempt;
    swarm.later(
        10 + swarm.random.nextInt(swarm.faulty ? 300 : 20),
        () -> {
          if (of == attempt && state == State.FILLING && number == originRead) {
            originGave(read, piece, number);
          }
        });
  }

  private void originGave(Step.ReadOrigin read, int piece, int number) {
    if (piece == read.until()) {
      on(new Event.OriginEnded(read.ticket(), Optional.empty()));
    } else if (swarm.chance(0.05)) {
      on(new Event.OriginEnded(read.ticket(), unavailable()));
    } else {
      swarm.originPieces++;
      if (!here.contains(piece) && !claims.contains(piece)) {
        land(piece);
        on(new Event.OriginRead(read.ticket(), piece));
        sealIfWhole();
      }
      readOrigin(read, piece + 1, number);
    }
  }

  // How it ends.

  private void finish(State end) {
    swarm.note(this, end);
    state = end;
    List.copyOf(following.keySet()).forEach(this::leave);
    fetches.clear();
    claims.clear();
    if (end == State.FAILED) {
      endFollowers(Fault.LOST);
    }
  }

  private void die() {
    boolean silently = swarm.random.nextBoolean();
    swarm.note(this, "dies");
    finish(State.DEAD);
    if (silently) {
      followers.clear();
    } else {
      endFollowers(Fault.LOST);
    }
  }

  void checkEnd() {
    swarm.check(state != State.FILLING, this + " has not ended");
    swarm.check(swarm.faulty || state != State.FAILED, this + " failed, and nothing was wrong");
  }
}
