package dev.darner.task;

import dev.darner.controlplane.Neighbourhood;
import dev.darner.controlplane.Placement;
import dev.darner.model.ByteRange;
import dev.darner.model.HostAddress;
import dev.darner.model.PieceSet;
import dev.darner.model.Topology;
import dev.darner.peer.PeerHolding;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/** One host of a {@link LinkSwarm}. */
final class LinkHost {
  private static final Duration TICK = Duration.ofMillis(50);

  /** Functions hear of a part every three seconds. */
  private static final Duration ANNOUNCE = Duration.ofSeconds(3);

  /** Nobody answers a dial. */
  private static final Duration UNREACHED = Duration.ofSeconds(1);

  /** A connection on which nothing comes any more is given up. */
  private static final Duration SILENT = Duration.ofSeconds(2);

  final HostAddress address;
  final LinkSwarm.Link up;
  final LinkSwarm.Link down;
  final LinkSwarm swarm;
  final Turns turns;
  final List<Pull> pulls;
  Optional<Instant> doneAt = Optional.empty();
  long wasted;
  long fetched;

  /** Of what was fetched, what came from another zone. */
  long crossed;

  long fromReader;

  LinkHost(LinkSwarm swarm, int number, double upRate) {
    this.swarm = swarm;
    address = new HostAddress("host-" + number, 1000 + number);
    up = new LinkSwarm.Link(upRate);
    down = new LinkSwarm.Link(swarm.scene.down());
    turns = new Turns(TaskSettings.of(address).piecesInFlight());
    pulls = IntStream.range(0, swarm.tasks.size()).mapToObj(Pull::new).toList();
  }

  @Override
  public String toString() {
    return address.host() + pulls.stream().map(pull -> " " + pull.here.size()).toList();
  }

  void start() {
    pulls.forEach(Pull::start);
  }

  Topology topology() {
    return swarm.topology(this);
  }

  /** What was under way to or from another zone is lost. */
  void cut() {
    pulls.forEach(Pull::cut);
  }

  /** Tenths of a task that are here; 10 when it is whole. */
  int band(int task) {
    return pulls.get(task).here.size() * 10 / swarm.layout.count();
  }

  boolean announced(int task) {
    return pulls
        .get(task)
        .firstPiece
        .filter(first -> first.plus(ANNOUNCE).isBefore(swarm.now()))
        .isPresent();
  }

  /** One who follows, and what it is told next. */
  private record Follower(Pull who, int ticket) {}

  /** One task of the host. */
  final class Pull {
    private final int task;
    private final Map<Integer, Pull> following = new HashMap<>();
    private final Map<Follower, Boolean> followers = new LinkedHashMap<>();
    private final Map<Integer, LinkSwarm.Flow> flows = new HashMap<>();
    private final Map<Integer, HostAddress> givers = new HashMap<>();
    private final Map<Integer, Turns.Turn> fetches = new HashMap<>();
    private Filling filling;
    private PieceSet here = PieceSet.EMPTY;
    private Optional<Instant> firstPiece = Optional.empty();
    private boolean opened;

    Pull(int task) {
      this.task = task;
    }

    void start() {
      filling =
          new Filling(
              new Filling.Beginning(
                  swarm.tasks.get(task),
                  Asker.RUNTIME,
                  Set.of(),
                  false,
                  Optional.empty(),
                  Neighbourhood.NOBODY),
              TaskSettings.of(address).withTopology(topology()),
              swarm.random);
      tick();
    }

    private LinkHost host() {
      return LinkHost.this;
    }

    private boolean whole() {
      return opened && here.size() == swarm.layout.count();
    }

    private void tick() {
      if (!filling.done()) {
        on(new Event.Tick());
        swarm.later(TICK, this::tick);
      }
      tell();
    }

    private void on(Event event) {
      filling.note(event, swarm.now());
      filling.decide(swarm.now()).forEach(this::perform);
    }

    private void perform(Step step) {
      switch (step) {
        case Step.Place place ->
            swarm.said(() -> on(new Event.Placed(placement(place), Neighbourhood.NOBODY)));
        case Step.Ask ask -> ask(ask);
        case Step.Leave leave ->
            Optional.ofNullable(following.remove(leave.ticket()))
                .ifPresent(pull -> pull.followers.remove(new Follower(this, leave.ticket())));
        case Step.Open open -> {
          opened = true;
          swarm.later(Duration.ofMillis(2), () -> on(new Event.Opened(swarm.layout, here)));
          want();
        }
        case Step.Fetch fetch -> fetch(fetch);
        case Step.StopFetch stop -> stopFetch(stop);
        case Step.OpenOrigin open ->
            swarm.said(() -> on(new Event.OriginOpened(open.ticket(), swarm.layout.size(), "")));
        case Step.ReadOrigin read -> readOrigin(read, read.from());
        case Step.StopOrigin stop -> {}
        case Step.Blame blame ->
            swarm.functions().orElseThrow().blamed(host(), blame.host(), blame.unreachable());
        case Step.Expect expect -> throw new AssertionError(step);
        case Step.Renew renew -> throw new AssertionError(step);
        case Step.Fail fail -> throw new AssertionError(step);
      }
    }

    private Optional<Placement> placement(Step.Place place) {
      if (swarm.functions().isPresent()) {
        return Optional.of(swarm.functions().get().place(host(), task, place.failed()));
      }
      if (host() == swarm.reader()) {
        return Optional.of(new Placement(Placement.Role.READ_ORIGIN, List.of()));
      }
      List<Placement.Parent> parents = new ArrayList<>();
      LinkHost reader = swarm.reader();
      parents.add(new Placement.Parent(swarm.host(reader), reader.pulls.get(task).whole(), true));
      for (LinkHost other : swarm.placed(task, host(), 3)) {
        parents.add(new Placement.Parent(swarm.host(other), other.pulls.get(task).whole(), false));
      }
      return Optional.of(new Placement(Placement.Role.FROM_PARENTS, parents));
    }

    /** A reader takes all in order, as fast as it comes. */
    private void want() {
      long position = Math.min((long) here.firstMissing(0) << 20, swarm.layout.size());
      on(new Event.Wanted(List.of(new ByteRange(position, swarm.layout.size()))));
    }

    // News.

    private void ask(Step.Ask ask) {
      Pull target = swarm.hosts.get(ask.peer()).pulls.get(task);
      following.put(ask.ticket(), target);
      if (swarm.isCut(host(), target.host())) {
        lose(ask.ticket(), UNREACHED);
        return;
      }
      swarm.said(() -> target.asked(new Follower(this, ask.ticket()), ask.fill()));
    }

    /** It hears of a peer no more, and knows so after a while. */
    private void lose(int ticket, Duration after) {
      swarm.later(after, () -> heard(ticket, new Event.Ended(ticket, Fault.LOST)));
    }

    private void cut() {
      followers.keySet().removeIf(follower -> swarm.isCut(host(), follower.who().host()));
      following.forEach((ticket, target) -> {
        if (swarm.isCut(host(), target.host())) {
          lose(ticket, SILENT);
        }
      });
      List.copyOf(givers.entrySet()).stream()
          .filter(giver -> swarm.isCut(host(), swarm.hosts.get(giver.getValue())))
          .forEach(giver -> miss(giver.getValue(), giver.getKey(), SILENT));
    }

    /** A piece will not come. */
    private void miss(HostAddress giver, int piece, Duration after) {
      Turns.Turn turn = fetches.get(piece);
      flows.remove(piece);
      swarm.later(
          after,
          () -> {
            if (turn != null && fetches.remove(piece, turn)) {
              givers.remove(piece);
              turn.giveBack();
              on(new Event.Missed(giver, piece, Fault.LOST));
            }
          });
    }

    private void asked(Follower follower, boolean fill) {
      if (opened || fill) {
        followers.put(follower, true);
        followers.replaceAll((f, dirty) -> true);
        tell();
      } else {
        swarm.said(() ->
            follower
                .who()
                .heard(follower.ticket(), new Event.Ended(follower.ticket(), Fault.NOT_HOLDING)));
      }
    }

    private void tell() {
      if (!opened) {
        return;
      }
      for (Map.Entry<Follower, Boolean> entry : followers.entrySet()) {
        if (entry.getValue()) {
          Follower follower = entry.getKey();
          entry.setValue(false);
          Event.Held held = new Event.Held(follower.ticket(), holding(follower));
          swarm.said(() -> {
            if (!swarm.isCut(host(), follower.who().host())) {
              follower.who().heard(follower.ticket(), held);
            }
          });
        }
      }
    }

    private PeerHolding holding(Follower asker) {
      List<LinkHost> all = followers.keySet().stream().map(f -> f.who().host()).distinct().toList();
      int index = all.indexOf(asker.who().host());
      List<HostAddress> others = others(all, asker.who().host());
      boolean sealed = whole();
      long received = sealed ? swarm.layout.size() : (long) here.size() << 20;
      return new PeerHolding(
          swarm.layout,
          "",
          here,
          sealed,
          received,
          sealed ? swarm.tasks.get(task).digest() : Optional.empty(),
          new PeerHolding.Share(index, all.size()),
          others,
          topology(),
          Optional.empty());
    }

    /** Eight of the asker's zone, or six and two others. */
    private List<HostAddress> others(List<LinkHost> all, LinkHost asker) {
      List<LinkHost> near =
          all.stream()
              .filter(host -> host.topology().to(asker.topology()) == Topology.Nearness.ZONE)
              .toList();
      int far = Math.min(2, all.size() - near.size());
      List<HostAddress> others = new ArrayList<>(ring(near, asker, 8 - far));
      ring(all, asker, all.size()).stream()
          .filter(other -> !others.contains(other))
          .limit(far)
          .toList()
          .forEach(others::add);
      return others;
    }

    private static List<HostAddress> ring(List<LinkHost> all, LinkHost asker, int most) {
      int index = all.indexOf(asker);
      List<HostAddress> others = new ArrayList<>();
      for (int step = 1; step < all.size() && others.size() < most; step++) {
        int far = all.size() <= 9 || step > 5 ? step : Math.floorMod(1L << (step - 1), all.size());
        HostAddress other = all.get((index + far) % all.size()).address;
        if (far != 0 && !others.contains(other)) {
          others.add(other);
        }
      }
      return others;
    }

    private void heard(int ticket, Event event) {
      if (following.containsKey(ticket)) {
        if (event instanceof Event.Ended) {
          following.remove(ticket);
        }
        on(event);
      }
    }

    // Pieces.

    private void fetch(Step.Fetch fetch) {
      Turns.Turn[] turn = new Turns.Turn[1];
      turn[0] =
          turns.ask(
              fetch.peer(),
              fetch.waited(),
              () -> swarm.later(Duration.ZERO, () -> begin(fetch, turn[0])));
      if (fetches.put(fetch.piece(), turn[0]) != null) {
        throw new AssertionError(host() + " fetches " + fetch + " twice");
      }
    }

    private void begin(Step.Fetch fetch, Turns.Turn turn) {
      if (fetches.get(fetch.piece()) != turn) {
        return;
      }
      Instant begun = swarm.now();
      on(new Event.Begun(fetch.peer(), fetch.piece()));
      LinkHost giver = swarm.hosts.get(fetch.peer());
      givers.put(fetch.piece(), fetch.peer());
      if (swarm.isCut(host(), giver)) {
        miss(fetch.peer(), fetch.piece(), UNREACHED);
        return;
      }
      swarm.said(() -> {
        if (fetches.get(fetch.piece()) == turn && !swarm.isCut(host(), giver)) {
          long bytes = swarm.layout.range(fetch.piece()).length();
          flows.put(
              fetch.piece(),
              swarm.flow(
                  List.of(giver.up, down),
                  bytes,
                  () -> swarm.said(() -> came(fetch, turn, begun, giver))));
        }
      });
    }

    private void came(Step.Fetch fetch, Turns.Turn turn, Instant begun, LinkHost giver) {
      if (fetches.get(fetch.piece()) != turn) {
        return;
      }
      long bytes = swarm.layout.range(fetch.piece()).length();
      turn.came(bytes, swarm.scene.latency().multipliedBy(2), Duration.between(begun, swarm.now()));
      fetches.remove(fetch.piece());
      flows.remove(fetch.piece());
      givers.remove(fetch.piece());
      fetched += bytes;
      crossed += topology().to(giver.topology()) == Topology.Nearness.ZONE ? 0 : bytes;
      fromReader += giver == swarm.reader() ? bytes : 0;
      land(fetch.piece());
      on(new Event.Fetched(fetch.peer(), fetch.piece()));
      turn.giveBack();
    }

    private void stopFetch(Step.StopFetch stop) {
      Turns.Turn turn = fetches.remove(stop.piece());
      LinkSwarm.Flow flow = flows.remove(stop.piece());
      givers.remove(stop.piece());
      if (turn == null) {
        return;
      }
      if (flow != null) {
        swarm.stop(flow);
        wasted += swarm.layout.range(stop.piece()).length();
      }
      swarm.later(
          Duration.ofMillis(1),
          () -> {
            turn.giveBack();
            on(new Event.Missed(stop.peer(), stop.piece(), Fault.STOPPED));
          });
    }

    private void readOrigin(Step.ReadOrigin read, int piece) {
      if (piece == read.until()) {
        on(new Event.OriginEnded(read.ticket(), Optional.empty()));
        return;
      }
      swarm.flow(
          List.of(swarm.origin, down),
          swarm.layout.range(piece).length(),
          () -> {
            land(piece);
            on(new Event.OriginRead(read.ticket(), piece));
            readOrigin(read, piece + 1);
          });
    }

    private void land(int piece) {
      if (here.contains(piece)) {
        throw new AssertionError(host() + " has " + piece + " twice");
      }
      here = here.with(piece);
      firstPiece = firstPiece.or(() -> Optional.of(swarm.now()));
      followers.replaceAll((follower, dirty) -> true);
      tell();
      want();
      if (pulls.stream().allMatch(Pull::whole)) {
        doneAt = doneAt.or(() -> Optional.of(swarm.now()));
      }
    }
  }
}
