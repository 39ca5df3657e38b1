package dev.darner.peer;

import dev.darner.model.TaskId;

/**
 * Which piece is asked of a peer.
 *
 * @param patient there is nobody to turn to for what this peer has: silence is waited out for twice
 *     as long
 */
public record PieceAsk(TaskId task, int piece, boolean patient) {

  /** Of a peer that others can stand in for. */
  public static PieceAsk of(TaskId task, int piece) {
    return new PieceAsk(task, piece, false);
  }
}
