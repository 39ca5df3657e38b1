package dev.darner.peer;

import dev.darner.model.HostAddress;

/**
 * The way to other hosts. Safe for use by many threads. Connections are made on demand, shared, and
 * dropped when idle; no dial takes longer than a second.
 */
public interface PeerClient extends AutoCloseable {

  /**
   * Follows how much of a task a peer has. Returns at once; {@code listener} hears the rest.
   *
   * @return closing it ends the following
   */
  PeerSync sync(HostAddress peer, SyncAsk ask, SyncListener listener);

  /**
   * Takes one piece from a peer. Blocks the (virtual) thread until the last byte was given to
   * {@code sink}; an interrupt ends the transfer at the peer too.
   *
   * @return the CRC32C that the peer says the piece has
   * @throws PeerException when the peer refuses, breaks off, or sends nothing for the stall limit,
   *     or that of a patient ask
   * @throws SinkException when {@code sink} threw; the transfer is ended at the peer too
   */
  int fetch(HostAddress peer, PieceAsk ask, PieceSink sink)
      throws PeerException, SinkException, InterruptedException;

  /** Ends every transfer and connection. */
  @Override
  void close();
}
