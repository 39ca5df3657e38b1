package dev.darner.peer;

import dev.darner.model.BlobRef;
import dev.darner.model.Giver;
import dev.darner.model.TaskId;
import java.util.Optional;

/**
 * What is asked of a peer that is followed.
 *
 * @param task what
 * @param fill present when the peer shall fill what it lacks: where the origin has it. A host that
 *     is asked so never asks another host to fill
 * @param ordered nobody waits for what is filled but an order
 * @param from this host, when it gives what it gets; its address is told to others who follow the
 *     peer. Absent: it gives nothing, and has no share of what the peer has
 */
public record SyncAsk(TaskId task, Optional<BlobRef> fill, boolean ordered, Optional<Giver> from) {

  /** Only looks. */
  public static SyncAsk look(TaskId task) {
    return new SyncAsk(task, Optional.empty(), false, Optional.empty());
  }

  /** Asks the peer to fill what it lacks from the origin. */
  public static SyncAsk fill(BlobRef ref) {
    return new SyncAsk(ref.task(), Optional.of(ref), false, Optional.empty());
  }

  /** The same for an order: the peer may stop when it is followed no more. */
  public static SyncAsk fillForOrder(BlobRef ref) {
    return new SyncAsk(ref.task(), Optional.of(ref), true, Optional.empty());
  }

  /** The same by a host that gives what it gets. */
  public SyncAsk from(Giver self) {
    return new SyncAsk(task, fill, ordered, Optional.of(self));
  }
}
