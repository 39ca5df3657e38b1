package dev.darner.store;

import dev.darner.model.ByteSize;
import java.time.Duration;

/**
 * What an operator decides about a store.
 *
 * @param quota bytes that it may fill, those reserved for unfinished contents included; 0 B for all
 *     that the disk has room for
 * @param staleAfter how long an unfinished content that nobody fills is kept to be resumed
 */
public record StoreSettings(ByteSize quota, Duration staleAfter) {
  private static final ByteSize DEFAULT_QUOTA = new ByteSize(0);
  private static final Duration DEFAULT_STALE_AFTER = Duration.ofHours(24);

  /** The disk's room; a day. */
  public static final StoreSettings DEFAULTS =
      new StoreSettings(DEFAULT_QUOTA, DEFAULT_STALE_AFTER);

  public StoreSettings {
    if (staleAfter.isNegative()) {
      throw new IllegalArgumentException("a time to keep is not negative: " + staleAfter);
    }
  }

  /** These with another quota. */
  public StoreSettings withQuota(ByteSize other) {
    return new StoreSettings(other, staleAfter);
  }
}
