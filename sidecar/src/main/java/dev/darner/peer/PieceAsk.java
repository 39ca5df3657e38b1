package dev.darner.peer;

import dev.darner.model.TaskId;

/**
 * Which piece is asked of a peer.
 *
 * @param patient nobody else who gives has the whole: silence is waited out for {@link
 *     PeerSettings#patientLimit}
 */
public record PieceAsk(TaskId task, int piece, boolean patient) {}
