package dev.darner.task;

import dev.darner.controlplane.Neighbourhood;
import dev.darner.controlplane.Placement;
import dev.darner.model.ByteRange;
import dev.darner.model.HostAddress;
import dev.darner.model.PieceLayout;
import dev.darner.model.PieceSet;
import dev.darner.origin.OriginException;
import dev.darner.peer.PeerHolding;
import java.util.List;
import java.util.Optional;

/**
 * What a {@link Filling} hears. A {@code ticket} is the one of the {@link Step} that is answered,
 * so that an answer to a question which no longer stands is known as such.
 */
sealed interface Event {

  /** Time has passed. */
  record Tick() implements Event {}

  /** A function answered, or none did; {@code known} is whom this host knows by now. */
  record Placed(Optional<Placement> placement, Neighbourhood known) implements Event {}

  /** A peer has got the question, and has not answered it yet. */
  record Reached(int ticket) implements Event {}

  /** A peer told what it has. */
  record Held(int ticket, PeerHolding holding) implements Event {}

  /** A peer will tell no more. */
  record Ended(int ticket, Fault fault) implements Event {}

  /** The store is ready to be written; {@code here} is what it has from an earlier run. */
  record Opened(PieceLayout layout, PieceSet here) implements Event {}

  /** A fetch has got its turn among all tasks: the peer is asked now. */
  record Begun(HostAddress peer, int piece) implements Event {}

  /** A piece from a peer is in the store. */
  record Fetched(HostAddress peer, int piece) implements Event {}

  /** A fetch gave no piece. */
  record Missed(HostAddress peer, int piece, Fault fault) implements Event {}

  /** The origin answered. */
  record OriginOpened(int ticket, long size, String mediaType) implements Event {}

  /** A piece from the origin is in the store. */
  record OriginRead(int ticket, int piece) implements Event {}

  /** The origin has given what it was asked for, or failed. */
  record OriginEnded(int ticket, Optional<OriginException> failure) implements Event {}

  /** What readers wait for, each from its first byte on. */
  record Wanted(List<ByteRange> ranges) implements Event {}

  /** Another host reads the origin by now, on a function's word, instead of this one. */
  record OriginLost() implements Event {}

  /** Another host asked this one to fill, which asks nobody else to from now on. */
  record AskedByPeer(Asker by) implements Event {}
}
