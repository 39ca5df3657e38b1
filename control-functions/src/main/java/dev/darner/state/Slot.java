package dev.darner.state;

import dev.darner.schema.OriginSlotRecord;
import java.time.Duration;
import java.time.Instant;

/**
 * An origin slot that is taken.
 *
 * @param number which of its task's, from 0
 * @param seen what stands there
 * @param since when this replica first saw that, by its own clock: replicas' clocks may differ
 */
public record Slot(int number, Seen<OriginSlotRecord> seen, Instant since) {
  /**
   * A reader of whose progress nothing was heard for so many times of a lease has stalled: a piece
   * of a slow origin may take longer than one.
   */
  public static final int LEASES_TO_STALL = 3;

  /** Whether nothing was heard of its reader's progress for longer than {@code patience}. */
  public boolean isStalled(Instant now, Duration patience) {
    return now.isAfter(since.plus(patience));
  }

  /** The later of two; the earlier time of one that was seen twice. */
  static Slot later(Slot one, Slot other) {
    return other.seen.revision() <= one.seen.revision() ? one : other;
  }
}
