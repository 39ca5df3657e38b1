package dev.darner.task;

import dev.darner.model.HostAddress;
import dev.darner.model.HostId;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The peers of one task: whom it has turned to, who showed life, and who is not asked again.
 * Touched by the one who touches its {@link Filling}.
 */
final class Sources {
  private final TaskSettings.Patience patience;
  private final List<Step> steps;
  private final Map<HostAddress, Source> turnedTo = new LinkedHashMap<>();
  private final Set<HostAddress> shunned;
  private final Set<HostAddress> wornOut = new HashSet<>();
  private final Set<HostAddress> spoilt = new HashSet<>();
  private final Set<HostAddress> answered = new HashSet<>();
  private final Map<HostAddress, HostId> names = new HashMap<>();
  private final Set<HostId> failed = new HashSet<>();
  private int tickets;

  /**
   * @param excluded peers that are not asked
   * @param steps where to put what shall be done
   */
  Sources(TaskSettings.Patience patience, Collection<HostAddress> excluded, List<Step> steps) {
    this.patience = patience;
    this.shunned = new HashSet<>(excluded);
    this.steps = steps;
  }

  /** Learns a host's name, by which a function knows it. */
  void named(HostAddress peer, HostId name) {
    names.put(peer, name);
  }

  /** Hosts that failed this one for this task, as a function knows them. */
  Set<HostId> failed() {
    return Set.copyOf(failed);
  }

  /** Peers that are not asked again. */
  Set<HostAddress> shunned() {
    return Set.copyOf(shunned);
  }

  boolean mayAsk(HostAddress peer) {
    return mayName(peer) && !turnedTo.containsKey(peer);
  }

  /** It may be asked, or is. */
  boolean mayName(HostAddress peer) {
    return !isShunned(peer) && !wornOut.contains(peer);
  }

  boolean mayAskToFill(HostAddress peer) {
    boolean obliged = of(peer).filter(source -> source.obliged() || !source.gives()).isPresent();
    return mayName(peer) && !obliged;
  }

  boolean isShunned(HostAddress peer) {
    return shunned.contains(peer);
  }

  /** It has answered some question of this task. */
  boolean answered(HostAddress peer) {
    return answered.contains(peer);
  }

  boolean isEmpty() {
    return turnedTo.isEmpty();
  }

  List<Source> all() {
    return List.copyOf(turnedTo.values());
  }

  List<Source> giving() {
    return turnedTo.values().stream().filter(Source::gives).toList();
  }

  Optional<Source> of(HostAddress peer) {
    return Optional.ofNullable(turnedTo.get(peer));
  }

  Optional<Source> of(int ticket) {
    return turnedTo.values().stream().filter(source -> source.ticket() == ticket).findFirst();
  }

  /**
   * Turns to a peer: looks what it has. One that shall fill and has shown life is asked to at once;
   * one that has not is looked at first, so that the long wait for an origin is spent only on a
   * host that lives.
   *
   * <p>One that it has turned to already is held to these terms from now on; a home that gives a
   * part is asked for the rest.
   *
   * @param answer how long its first word may take
   */
  void turnTo(HostAddress peer, Source.Terms terms, Duration answer, Instant now) {
    Optional<Source> before = of(peer);
    if (before.isPresent()) {
      holdTo(before.get(), terms, now.plus(answer), now);
      return;
    }
    Source source = new Source(peer, terms, ++tickets, now.plus(answer));
    turnedTo.put(peer, source);
    if (terms.fills() && answered(peer)) {
      source.asked(source.ticket(), now.plus(patience.fill()));
    }
    ask(source);
  }

  private void holdTo(Source source, Source.Terms terms, Instant due, Instant now) {
    source.holdTo(terms, due, now);
    if (source.gives() && !terms.placed()) {
      oblige(source, now);
    }
  }

  private void ask(Source source) {
    boolean fill = source.state() == Source.State.ASKED;
    steps.add(step(source, fill));
  }

  private static Step.Ask step(Source source, boolean fill) {
    return new Step.Ask(source.ticket(), source.peer(), fill, source.terms().abroad());
  }

  /** A question has reached a peer, which lives: its answer may take longer. */
  void reached(Source source, Instant now) {
    source.reached(now.plus(patience.reached()));
  }

  /** A peer told what it has. */
  void held(Source source, Event.Held held, Instant now) {
    answered.add(source.peer());
    source.held(held.holding(), now);
  }

  /** Asks a peer that gives a part to fill the rest. */
  void oblige(Source source, Instant now) {
    steps.add(new Step.Leave(source.ticket()));
    source.askedForMore(++tickets, now.plus(patience.fill()));
    steps.add(step(source, true));
  }

  /** A peer tells no more: it is gone, unless it was only looked at and shall be asked to fill. */
  void ended(Source source, Fault fault, Instant now) {
    if (fault != Fault.LOST) {
      answered.add(source.peer());
    }
    boolean looked = source.state() == Source.State.LOOKED_AT;
    if (looked && fault == Fault.NOT_HOLDING && source.terms().fills()) {
      source.asked(++tickets, now.plus(patience.fill()));
      ask(source);
    } else {
      forget(source, fault);
    }
  }

  /** It has no place for a follower now; it is asked the same again at {@code when}. */
  void putOff(Source source, Instant when, Instant now) {
    answered.add(source.peer());
    source.putOff(when, now);
  }

  /** Asks those again who had no place before. */
  void askAgain(Instant now) {
    for (Source source : all()) {
      if (source.isToBeAskedAgain(now)) {
        Duration wait = source.obliged() ? patience.fill() : patience.answer();
        source.askedAgain(++tickets, now.plus(wait));
        steps.add(step(source, source.obliged()));
      }
    }
  }

  /** Leaves a peer. */
  void leave(Source source, Fault fault) {
    steps.add(new Step.Leave(source.ticket()));
    forget(source, fault);
  }

  private void forget(Source source, Fault fault) {
    turnedTo.remove(source.peer());
    switch (fault) {
      case BUSY, DISPUTED -> wornOut.add(source.peer());
      case SPOILT -> shunWhen(!spoilt.add(source.peer()), source);
      case STOPPED -> {}
      case LIED, LOST -> shunWhen(true, source);
      case NOT_HOLDING, DENIED, LATE, TAKEN -> shunWhen(source.gives(), source);
    }
    Optional<HostId> name = Optional.ofNullable(names.get(source.peer()));
    // Functions take a complaint for one of the own cluster.
    if (fault.disqualifies() && !source.terms().abroad()) {
      boolean unreachable = fault == Fault.LOST && !answered(source.peer());
      name.ifPresent(host -> steps.add(new Step.Blame(host, unreachable)));
    }
    if (fault.disqualifies() || (source.terms().placed() && fault.disappoints())) {
      name.ifPresent(failed::add);
    }
  }

  private void shunWhen(boolean deserved, Source source) {
    if (deserved) {
      shunned.add(source.peer());
    }
  }

  /** Those who owe an answer, or whose own source has dried up. */
  List<Source> overdue(Instant now) {
    return turnedTo.values().stream()
        .filter(
            source -> source.silent(now) || source.stalled(now, patience.stall(), patience.crawl()))
        .toList();
  }
}
