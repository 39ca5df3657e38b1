package dev.darner.state;

import dev.darner.schema.FederationSlotRecord;
import java.time.Duration;
import java.time.Instant;

/**
 * The right to read a task's origin for all clusters, when it is taken.
 *
 * @param seen what stands there
 * @param since when this replica first saw that, by its own clock
 */
public record FederationSlot(Seen<FederationSlotRecord> seen, Instant since) {

  /** Whether nothing was heard of its reader's progress for longer than {@code patience}. */
  public boolean isStalled(Instant now, Duration patience) {
    return now.isAfter(since.plus(patience));
  }

  /** The later of two; the earlier time of one that was seen twice. */
  static FederationSlot later(FederationSlot one, FederationSlot other) {
    return other.seen.revision() <= one.seen.revision() ? one : other;
  }
}
