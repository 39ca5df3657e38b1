package dev.darner.peer;

import dev.darner.model.HostAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.Semaphore;

/**
 * Where a peer gives its pieces.
 *
 * @param peer whose it is
 * @param at its address, without a name to be resolved
 * @param places one permit for each piece that may be in flight from it
 */
record Lane(HostAddress peer, InetSocketAddress at, Semaphore places) {

  /** For {@code fetches} pieces at a time. */
  Lane(HostAddress peer, InetSocketAddress at, int fetches) {
    this(peer, at, new Semaphore(fetches, true));
  }
}
