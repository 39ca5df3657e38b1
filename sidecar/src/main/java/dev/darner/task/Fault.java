package dev.darner.task;

import dev.darner.peer.PeerException;

/** Why a peer did not give what was asked. */
enum Fault {
  /** It does not have it, or could not get it for us. */
  NOT_HOLDING,
  /** It gives to as many as it may. */
  BUSY,
  /** The origin refused it: no fault of its own. */
  DENIED,
  /** What it sent is not what was said. */
  LIED,
  /** What another peer says cannot be true too, and nobody knows yet whose word is wrong. */
  DISPUTED,
  /** What it got itself turned out wrong, and so may be what it gave; it begins anew. */
  SPOILT,
  /** It lives, and did not learn the size in time; it may be looked at again. */
  LATE,
  /** It broke off, stalled, or was never reached. */
  LOST,
  /** We asked it to stop, or cared no longer. */
  STOPPED,
  /** Our store has another writer for the piece. */
  TAKEN;

  static Fault of(PeerException e) {
    return switch (e) {
      case PeerException.NotHolding no -> NOT_HOLDING;
      case PeerException.Busy no -> BUSY;
      case PeerException.Denied no -> DENIED;
      case PeerException.Corrupt no -> SPOILT;
      case PeerException.Unavailable no -> LOST;
    };
  }

  /** The peer is not asked again for this task, and the functions are told so. */
  boolean disqualifies() {
    return this == LIED || this == LOST;
  }

  /** A peer which the functions named was not worth naming; one that is busy was. */
  boolean disappoints() {
    return this == NOT_HOLDING || this == LATE || disqualifies();
  }
}
