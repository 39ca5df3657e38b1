package dev.darner.peer;

/** Hears how much a peer has. Called by one thread at a time, of the transport: must not block. */
public interface SyncListener {

  /** The peer has got the question: it lives, and may take its time. Not every peer says so. */
  default void reached() {}

  /** The peer has this much now. The first call comes when the peer knows the size. */
  void updated(PeerHolding holding);

  /** The last call, unless {@code updated} said sealed: the peer cannot or will not go on. */
  void ended(PeerException reason);
}
