package dev.darner.task;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.darner.controlplane.Neighbourhood;
import dev.darner.controlplane.Placement;
import dev.darner.model.ClusterId;
import dev.darner.model.Digest;
import dev.darner.model.HomeSeeds;
import dev.darner.model.Host;
import dev.darner.model.HostAddress;
import dev.darner.model.HostId;
import dev.darner.model.PieceLayout;
import dev.darner.model.PieceSet;
import dev.darner.model.TaskId;
import dev.darner.origin.OriginException;
import dev.darner.peer.PeerHolding;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** Plays events to a {@link Filling} and keeps what it wants done. Used by one thread. */
final class FillingScript {
  static final int MIB = 1 << 20;
  static final int COUNT = 8;
  static final PieceLayout LAYOUT = PieceLayout.of((long) COUNT * MIB);
  static final TaskId TASK = TaskId.of(Digest.sha256("content".getBytes(StandardCharsets.UTF_8)));
  static final HostAddress SELF = new HostAddress("self", 1);
  static final HostAddress A = new HostAddress("a", 1);
  static final HostAddress B = new HostAddress("b", 1);
  static final HostAddress C = new HostAddress("c", 1);

  private final Filling filling;
  private final List<Step> steps = new ArrayList<>();
  private final Neighbourhood known;
  private boolean turnsAreFree = true;
  private int seen;
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");

  private FillingScript(Filling.Beginning beginning) {
    this.known = beginning.known();
    this.filling = new Filling(beginning, TaskSettings.of(SELF), new Random(1));
    hear(new Event.Tick());
  }

  static FillingScript of(Asker asker, Neighbourhood known) {
    return of(TASK, asker, known, Optional.empty());
  }

  static FillingScript of(
      TaskId task, Asker asker, Neighbourhood known, Optional<Filling.Remains> remains) {
    return new FillingScript(new Filling.Beginning(task, asker, Set.of(), false, remains, known));
  }

  /** A filling for a runtime that knows nobody. */
  static FillingScript alone() {
    return of(Asker.RUNTIME, Neighbourhood.NOBODY);
  }

  /** A filling whose functions named these parents, who have answered that they hold all. */
  static FillingScript withSealed(HostAddress... parents) {
    FillingScript script = alone();
    script.placed(parents);
    for (HostAddress parent : parents) {
      script.holds(parent, PieceSet.full(COUNT), true);
    }
    return script.opened(PieceSet.EMPTY);
  }

  /** Seeds, the homes of the task first. */
  static List<HostAddress> homesFirst(HostAddress... seeds) {
    return HomeSeeds.ranked(TASK, List.of(seeds));
  }

  static Host host(HostAddress address) {
    return new Host(new ClusterId("c"), new HostId(address.host()), address, false);
  }

  static Placement.Parent parent(HostAddress address, boolean fill) {
    return new Placement.Parent(host(address), false, fill);
  }

  FillingScript hear(Event event) {
    filling.note(event, now);
    List<Step> done = filling.decide(now);
    steps.addAll(done);
    if (turnsAreFree) {
      for (Step step : done) {
        if (step instanceof Step.Fetch fetch) {
          hear(new Event.Begun(fetch.peer(), fetch.piece()));
        }
      }
    }
    return this;
  }

  /** From now on a fetch waits for its turn. */
  FillingScript turnsAreTaken() {
    turnsAreFree = false;
    return this;
  }

  FillingScript pass(long millis) {
    now = now.plusMillis(millis);
    return hear(new Event.Tick());
  }

  FillingScript placed(HostAddress... parents) {
    return placed(
        new Placement(
            Placement.Role.FROM_PARENTS,
            List.of(parents).stream().map(parent -> parent(parent, false)).toList()));
  }

  FillingScript placed(Placement placement) {
    return hear(new Event.Placed(Optional.of(placement), known));
  }

  FillingScript role(Placement.Role role) {
    return placed(new Placement(role, List.of()));
  }

  FillingScript noFunctionAnswers() {
    return hear(new Event.Placed(Optional.empty(), known));
  }

  FillingScript reached(HostAddress peer) {
    return hear(new Event.Reached(ticket(peer)));
  }

  FillingScript holds(HostAddress peer, PieceSet pieces, boolean sealed) {
    Optional<Digest> digest = sealed ? TASK.digest() : Optional.empty();
    long received = (long) pieces.size() * MIB;
    return holds(peer, new PeerHolding(LAYOUT, "t", pieces, sealed, received, digest));
  }

  FillingScript holds(HostAddress peer, PeerHolding holding) {
    return hear(new Event.Held(ticket(peer), holding));
  }

  FillingScript ends(HostAddress peer, Fault fault) {
    return hear(new Event.Ended(ticket(peer), fault));
  }

  FillingScript opened(PieceSet here) {
    return hear(new Event.Opened(LAYOUT, here));
  }

  FillingScript fetched(HostAddress peer, int piece) {
    return hear(new Event.Fetched(peer, piece));
  }

  FillingScript missed(HostAddress peer, int piece, Fault fault) {
    return hear(new Event.Missed(peer, piece, fault));
  }

  FillingScript originAnswers() {
    return hear(new Event.OriginOpened(originTicket(), LAYOUT.size(), "t"));
  }

  FillingScript originGives(int piece) {
    return hear(new Event.OriginRead(originTicket(), piece));
  }

  FillingScript originFails(OriginException failure) {
    return hear(new Event.OriginEnded(originTicket(), Optional.of(failure)));
  }

  /** The last question that a peer was asked. */
  int ticket(HostAddress peer) {
    return all(Step.Ask.class).stream()
        .filter(ask -> ask.peer().equals(peer))
        .reduce((first, second) -> second)
        .orElseThrow()
        .ticket();
  }

  int originTicket() {
    return all(Step.OpenOrigin.class).getLast().ticket();
  }

  /** What was to be done since this was asked last. */
  List<Step> take() {
    List<Step> taken = List.copyOf(steps.subList(seen, steps.size()));
    seen = steps.size();
    return taken;
  }

  /** What was to be done so far, of one kind. */
  <T extends Step> List<T> all(Class<T> kind) {
    return steps.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /** Pieces that are asked of a peer, in order. */
  List<Integer> fetchesOf(HostAddress peer) {
    return all(Step.Fetch.class).stream()
        .filter(fetch -> fetch.peer().equals(peer))
        .map(Step.Fetch::piece)
        .toList();
  }

  /** Whom it turned to, in order; with a mark who shall fill. */
  List<String> asked() {
    return all(Step.Ask.class).stream()
        .map(ask -> ask.peer().host() + (ask.fill() ? " fill" : ""))
        .toList();
  }

  FillingScript expectAsked(String... whom) {
    assertEquals(List.of(whom), asked());
    return this;
  }

  Set<HostAddress> shunned() {
    return filling.shunned();
  }

  boolean done() {
    return filling.done();
  }
}
