package dev.darner.peer;

import dev.darner.model.Digest;
import dev.darner.model.HostAddress;
import dev.darner.model.PieceLayout;
import dev.darner.model.PieceSet;
import dev.darner.model.PieceSums;
import dev.darner.model.Topology;
import java.util.List;
import java.util.Optional;

/**
 * How much of a task a peer has, as it says.
 *
 * @param layout by the size that the peer gives
 * @param mediaType the content's type at the origin
 * @param pieces what can be fetched
 * @param sealed the peer verified the whole
 * @param received bytes in whole pieces or not; grows while the peer's own source is alive
 * @param digest of the whole, when sealed
 * @param share what this host, of all who follow the peer, should take from it first
 * @param others some who follow the peer, to be asked what they have
 * @param topology where the peer stands
 * @param sums of the pieces, for which a peer vouches that has verified the whole
 */
public record PeerHolding(
    PieceLayout layout,
    String mediaType,
    PieceSet pieces,
    boolean sealed,
    long received,
    Optional<Digest> digest,
    Share share,
    List<HostAddress> others,
    Topology topology,
    Optional<PieceSums> sums) {

  /** The most {@link #others} that are believed. */
  public static final int MOST_OTHERS = 8;

  public PeerHolding {
    others = List.copyOf(others);
  }

  /** This, with sums. */
  public PeerHolding vouching(Optional<PieceSums> other) {
    return new PeerHolding(
        layout, mediaType, pieces, sealed, received, digest, share, others, topology, other);
  }

  /** What a peer says that knows of nobody else who follows it, and vouches for no sums. */
  public PeerHolding(
      PieceLayout layout,
      String mediaType,
      PieceSet pieces,
      boolean sealed,
      long received,
      Optional<Digest> digest) {
    this(
        layout,
        mediaType,
        pieces,
        sealed,
        received,
        digest,
        Share.ALL,
        List.of(),
        Topology.UNKNOWN,
        Optional.empty());
  }

  /**
   * A part of a task's pieces: every {@code count}th, from piece {@code index} on. When each of
   * those who follow a peer takes its own share first, the peer gives each piece once, and they
   * have different ones to give to one another.
   *
   * @param index 0 to {@code count} - 1
   * @param count those who share, at least 1
   */
  public record Share(int index, int count) {
    /** Nobody to share with. */
    public static final Share ALL = new Share(0, 1);

    public Share {
      if (count < 1 || index < 0 || index >= count) {
        throw new IllegalArgumentException("no share: " + index + " of " + count);
      }
    }

    /** Whether {@code piece} is in it. */
    public boolean contains(int piece) {
      return piece % count == index;
    }
  }
}
