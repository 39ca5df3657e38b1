package dev.darner.peer;

import dev.darner.model.HostId;
import dev.darner.transport.Identity;
import java.time.Duration;
import java.util.Optional;

/**
 * How this host asks its peers.
 *
 * @param dialLimit from the dial to a connection that speaks the protocol
 * @param stallLimit a peer that sends no byte of a piece for so long is left, at most a quarter of
 *     this or of the dial's limit later; where the ask is patient, after {@link #patientLimit}
 * @param quietLimit a peer that is followed and tells nothing for so long is left, unless it is
 *     known to have got the question and has not answered yet; also how long a fetch waits for its
 *     turn here
 * @param idleLimit a connection that nobody uses is closed after it
 * @param fetches pieces in flight to this host, from all peers together: each has a buffer of 256
 *     KiB; also how many unused connections are kept for further ones
 * @param fetchesPerPeer pieces in flight from one peer, so that a silent one cannot take every
 *     place
 * @param identity who this host is to them, over TLS; empty for plain text with anybody
 */
public record PeerSettings(
    Duration dialLimit,
    Duration stallLimit,
    Duration quietLimit,
    Duration idleLimit,
    int fetches,
    int fetchesPerPeer,
    Optional<Identity> identity) {

  /** What a node uses unless told otherwise. */
  public static final PeerSettings DEFAULTS =
      new PeerSettings(
          Duration.ofSeconds(1),
          Duration.ofMillis(1500),
          Duration.ofSeconds(5),
          Duration.ofMinutes(1),
          48,
          16,
          Optional.empty());

  /**
   * The stall limit of a patient ask, twice that of others. It must end before hosts that take from
   * this one leave it because it gets nothing (4 s, {@code TaskSettings.Patience.stall}): they
   * would read the origin beside it.
   */
  public Duration patientLimit() {
    return stallLimit.multipliedBy(2);
  }

  public PeerSettings {
    requirePositive(dialLimit, "dialLimit");
    requirePositive(stallLimit, "stallLimit");
    requirePositive(quietLimit, "quietLimit");
    requirePositive(idleLimit, "idleLimit");
    if (fetches < 1 || fetchesPerPeer < 1) {
      throw new IllegalArgumentException("at least one fetch at a time");
    }
  }

  /** The name by which this host says its requests; empty where names do not count. */
  Optional<HostId> named() {
    return identity.flatMap(Identity::named);
  }

  /** These settings with another identity. */
  public PeerSettings withIdentity(Optional<Identity> other) {
    return new PeerSettings(
        dialLimit, stallLimit, quietLimit, idleLimit, fetches, fetchesPerPeer, other);
  }

  private static void requirePositive(Duration limit, String name) {
    if (!limit.isPositive()) {
      throw new IllegalArgumentException(name + " must be positive: " + limit);
    }
  }
}
