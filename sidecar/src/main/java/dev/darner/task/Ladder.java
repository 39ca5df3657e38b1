package dev.darner.task;

import dev.darner.controlplane.Neighbourhood;
import dev.darner.controlplane.Placement;
import dev.darner.model.HomeSeeds;
import dev.darner.model.Host;
import dev.darner.model.HostAddress;
import dev.darner.model.TaskId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * Where a task turns to next, when nobody gives and nobody is being asked. Pure but for the given
 * chance. Touched by the one who touches its {@link Filling}.
 *
 * <pre>
 * PARENTS --a function names some--------------------> PARENTS, until they have all failed
 *         --«read the origin»------------------------> ORIGIN
 *         --«use the home seeds»---------------------> HOLDERS, but only the homes
 *         --«wait»-----------------------------------> PARENTS, and the function is asked again
 *         --no answer yet; none; nobody new----------> HOLDERS
 * HOLDERS --homes, neighbours and seeds looked at----> HOMES
 * HOMES   --the best home alive, asked to fill-------> HOMES, until none is left
 *         --this host is the best home alive; none---> ORIGIN
 * </pre>
 *
 * A walk begins at PARENTS; it begins anew when what it found was lost, or the origin failed. An
 * answer that comes late takes it from wherever it is to where that answer leads.
 */
final class Ladder {
  /** Hosts that are looked at before anybody is asked to fill. */
  static final int LOOKS = 6;

  /** Parents that are turned to; functions name four. */
  private static final int PARENTS = 8;

  /** Times that a function is asked within one walk. */
  private static final int PLACEMENTS = 4;

  private enum Rung {
    PARENTS,
    HOLDERS,
    HOMES,
    ORIGIN
  }

  /** What to do next. */
  sealed interface Move {
    /** Ask a function for parents. */
    record AskPlacement() implements Move {}

    /** See what these have. */
    record Look(List<HostAddress> peers) implements Move {}

    /** Ask this one to fill. */
    record AskHome(HostAddress peer) implements Move {}

    /** Read the origin. */
    record ReadOrigin() implements Move {}
  }

  private final TaskId task;
  private final HostAddress self;
  private final Sources sources;
  private final RandomGenerator random;
  private final Set<HostAddress> homesTried = new HashSet<>();
  private Neighbourhood known = Neighbourhood.NOBODY;
  private List<HostAddress> homes = List.of();
  private Rung rung = Rung.PARENTS;
  private int placements;
  private int failedWhenPlaced;
  private boolean homesOnly;
  private boolean elected;
  private boolean mayAskToFill;

  Ladder(TaskId task, HostAddress self, Asker asker, Sources sources, RandomGenerator random) {
    this.task = task;
    this.self = self;
    this.sources = sources;
    this.random = random;
    this.mayAskToFill = asker == Asker.RUNTIME;
  }

  boolean mayAskToFill() {
    return mayAskToFill;
  }

  /** From now on nobody is asked to fill. */
  void forbidAskingToFill() {
    mayAskToFill = false;
  }

  /** Begins a walk. */
  void restart() {
    rung = Rung.PARENTS;
    placements = 0;
    homesOnly = false;
    elected = false;
    homesTried.clear();
  }

  /** A function said in this walk that this host is the one to read the origin. */
  boolean isElected() {
    return elected;
  }

  /** What remains of this walk is the origin. */
  boolean isAtOrigin() {
    return rung == Rung.ORIGIN;
  }

  /** From here on this walk has only the origin. */
  void toOrigin() {
    rung = Rung.ORIGIN;
  }

  /**
   * A function answered, or none did.
   *
   * @return the parents to turn to
   */
  List<Placement.Parent> placed(Optional<Placement> placement, Neighbourhood now) {
    know(now);
    rung = Rung.HOLDERS;
    if (placement.isEmpty()) {
      return List.of();
    }
    return switch (placement.get().role()) {
      case READ_ORIGIN -> {
        elect();
        yield List.of();
      }
      case USE_HOME_SEEDS -> {
        homesOnly = true;
        yield List.of();
      }
      case FROM_PARENTS -> parents(placement.get());
      case WAIT -> waiting(placement.get());
    };
  }

  /** No function has answered yet: others are turned to meanwhile. */
  void goOn(Neighbourhood now) {
    know(now);
    rung = rung == Rung.PARENTS ? Rung.HOLDERS : rung;
  }

  /**
   * A function answered, or none did, while others give; the walk stays where it is.
   *
   * @return parents to turn to; those that give already are expected to get more
   */
  List<Placement.Parent> more(Optional<Placement> placement, Neighbourhood now) {
    know(now);
    if (placement.filter(answer -> answer.role() == Placement.Role.READ_ORIGIN).isPresent()) {
      elect();
    } else if (elected && placement.isPresent()) {
      // Another is, by now.
      restart();
    }
    return placement.map(answer -> named(answer, this::mayName)).orElse(List.of());
  }

  private void elect() {
    elected = true;
    toOrigin();
  }

  private static List<Placement.Parent> named(Placement placement, Predicate<HostAddress> may) {
    return placement.parents().stream()
        .filter(parent -> may.test(parent.host().address()))
        .limit(PARENTS)
        .toList();
  }

  /** The origin is for others now: the walk does not go on to it, but begins with a question. */
  private List<Placement.Parent> waiting(Placement placement) {
    restart();
    return named(placement, this::mayName);
  }

  /** One that is being looked at already has just not answered yet. */
  private List<Placement.Parent> parents(Placement placement) {
    List<Placement.Parent> parents = named(placement, this::mayName);
    rung = parents.isEmpty() ? Rung.HOLDERS : Rung.PARENTS;
    return parents;
  }

  /** Takes the next move of this walk; the last one, to the origin, as often as it is asked for. */
  Move next() {
    if (rung == Rung.PARENTS && placementMayHelp()) {
      placements++;
      failedWhenPlaced = sources.failed().size();
      return new Move.AskPlacement();
    }
    if (rung == Rung.PARENTS || rung == Rung.HOLDERS) {
      rung = Rung.HOMES;
      return new Move.Look(worthALook());
    }
    Optional<HostAddress> home = rung == Rung.HOMES ? nextHome() : Optional.empty();
    if (home.isPresent()) {
      homesTried.add(home.get());
      return new Move.AskHome(home.get());
    }
    rung = Rung.ORIGIN;
    return new Move.ReadOrigin();
  }

  /** A function that is asked again with nothing new to say would say the same. */
  private boolean placementMayHelp() {
    return placements == 0
        || (placements < PLACEMENTS && sources.failed().size() > failedWhenPlaced);
  }

  /** Hosts that may have it, and have not been turned to. */
  List<HostAddress> worthALook() {
    List<HostAddress> others =
        new ArrayList<>(
            Stream.concat(known.neighbours().stream().map(Host::address), known.seeds().stream())
                .distinct()
                .filter(peer -> !homesOnly && !homes.contains(peer))
                .toList());
    Collections.shuffle(others, random);
    return Stream.concat(homes.stream(), others.stream())
        .filter(this::mayAsk)
        .limit(LOOKS)
        .toList();
  }

  /** It is not this host, nor one that is asked, or is not to be asked again. */
  boolean mayAsk(HostAddress peer) {
    return !peer.equals(self) && sources.mayAsk(peer);
  }

  private boolean mayName(HostAddress peer) {
    return !peer.equals(self) && sources.mayName(peer);
  }

  /** Of the homes that stand before this host: one that showed life before one that did not. */
  private Optional<HostAddress> nextHome() {
    if (!mayAskToFill) {
      return Optional.empty();
    }
    List<HostAddress> left =
        homesBeforeSelf()
            .filter(home -> sources.mayAskToFill(home) && !homesTried.contains(home))
            .toList();
    return left.stream().filter(sources::answered).findFirst().or(() -> left.stream().findFirst());
  }

  /** Homes follow from who is known, and are asked for far more often than that changes. */
  private void know(Neighbourhood now) {
    if (!known.equals(now)) {
      known = now;
      homes = HomeSeeds.of(task, known.seeds());
    }
  }

  private Stream<HostAddress> homesBeforeSelf() {
    return homes.stream().takeWhile(home -> !home.equals(self));
  }

  /**
   * Others may wait for what this host reads: it shall turn to the origin before they lose patience
   * with it, and do so themselves.
   */
  boolean readsForOthers() {
    return !mayAskToFill
        || (homes.contains(self) && homesBeforeSelf().allMatch(sources::isShunned));
  }

  /** It is the home that this host would ask to fill. */
  boolean fillsForUs(HostAddress peer) {
    return mayAskToFill
        && homesBeforeSelf()
            .filter(home -> !sources.isShunned(home))
            .findFirst()
            .filter(peer::equals)
            .isPresent();
  }
}
