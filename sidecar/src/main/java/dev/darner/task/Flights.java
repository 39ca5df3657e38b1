package dev.darner.task;

import dev.darner.model.HostAddress;
import dev.darner.model.PieceSet;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The pieces of one task that are being taken from peers; one peer a piece. Touched by the one who
 * touches its {@link Filling}.
 */
final class Flights {
  private final Map<Integer, Flight> flights = new HashMap<>();
  private final Set<Late> late = new HashSet<>();
  private PieceSet pieces = PieceSet.EMPTY;

  private record Late(HostAddress peer, int piece) {}

  /**
   * A piece on its way.
   *
   * @param chosen when it was
   * @param begun when the peer was asked; empty while it waits for its turn
   * @param stopped it was broken off, and its end is still to come
   */
  record Flight(
      HostAddress peer, int piece, Instant chosen, Optional<Instant> begun, boolean stopped) {}

  PieceSet pieces() {
    return pieces;
  }

  int count() {
    return flights.size();
  }

  int count(HostAddress peer) {
    return of(peer).size();
  }

  List<Flight> of(HostAddress peer) {
    return flights.values().stream().filter(flight -> flight.peer().equals(peer)).toList();
  }

  /** Pieces that wait for their turn. */
  long waiting(HostAddress peer) {
    return of(peer).stream().filter(flight -> flight.begun().isEmpty()).count();
  }

  /** All that wait for their turn. */
  List<Flight> waiting() {
    return flights.values().stream()
        .filter(flight -> flight.begun().isEmpty() && !flight.stopped())
        .toList();
  }

  /** When the peer was chosen for the piece. */
  Optional<Instant> chosen(HostAddress peer, int piece) {
    return Optional.ofNullable(flights.get(piece))
        .filter(flight -> flight.peer().equals(peer))
        .map(Flight::chosen);
  }

  /** How long the peer takes already for the piece that it was chosen for first. */
  Duration longest(HostAddress peer, Instant now) {
    return of(peer).stream()
        .map(flight -> Duration.between(flight.chosen(), now))
        .reduce(Duration.ZERO, (a, b) -> a.compareTo(b) < 0 ? b : a);
  }

  void start(HostAddress peer, int piece, Instant now) {
    flights.put(piece, new Flight(peer, piece, now, Optional.empty(), false));
    pieces = pieces.with(piece);
  }

  void begun(HostAddress peer, int piece, Instant now) {
    flights.computeIfPresent(
        piece,
        (key, flight) ->
            flight.peer().equals(peer)
                ? new Flight(peer, piece, flight.chosen(), Optional.of(now), flight.stopped())
                : flight);
  }

  /** Marks a flight as broken off. */
  void stopped(Flight flight) {
    flights.put(
        flight.piece(),
        new Flight(flight.peer(), flight.piece(), flight.chosen(), flight.begun(), true));
  }

  void end(int piece) {
    flights.remove(piece);
    pieces = pieces.without(piece);
  }

  /** The peer was late with the piece: somebody else may try it. */
  void markLate(Flight flight) {
    late.add(new Late(flight.peer(), flight.piece()));
  }

  boolean wasLate(HostAddress peer, int piece) {
    return late.contains(new Late(peer, piece));
  }

  /** Flights that were begun {@code limit} ago or earlier. */
  List<Flight> olderThan(Duration limit, Instant now) {
    return flights.values().stream()
        .filter(flight -> !flight.stopped())
        .filter(flight -> flight.begun().isPresent())
        .filter(flight -> !now.isBefore(flight.begun().get().plus(limit)))
        .toList();
  }
}
