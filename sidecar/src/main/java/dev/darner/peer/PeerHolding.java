package dev.darner.peer;

import dev.darner.model.Digest;
import dev.darner.model.PieceLayout;
import dev.darner.model.PieceSet;
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
 */
public record PeerHolding(
    PieceLayout layout,
    String mediaType,
    PieceSet pieces,
    boolean sealed,
    long received,
    Optional<Digest> digest) {}
