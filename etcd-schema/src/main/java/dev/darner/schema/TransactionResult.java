package dev.darner.schema;

import java.util.List;

/**
 * What a transaction did.
 *
 * @param written the conditions held
 * @param revision of the store after it
 * @param reads entries of the keys that were to be read and exist, as they are after it
 */
public record TransactionResult(boolean written, long revision, List<Entry> reads) {
  public TransactionResult {
    reads = List.copyOf(reads);
  }
}
