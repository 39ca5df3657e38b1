package dev.darner.schema;

import java.util.List;

/**
 * Writes that happen together if conditions hold, or not at all.
 *
 * @param conditions all must hold
 * @param puts keys to write
 * @param deletes keys to remove; an absent one is no error
 * @param reads keys whose entries are wanted in the result, whether it was written or not
 */
public record Transaction(
    List<Condition> conditions, List<Put> puts, List<String> deletes, List<String> reads) {

  /**
   * A key was last written at a revision.
   *
   * @param key which
   * @param revision 0 for a key that does not exist
   */
  public record Condition(String key, long revision) {}

  /**
   * A key to write.
   *
   * @param key which
   * @param value JSON text
   * @param lease to hang on; 0 for none
   */
  public record Put(String key, String value, long lease) {}

  public Transaction {
    conditions = List.copyOf(conditions);
    puts = List.copyOf(puts);
    deletes = List.copyOf(deletes);
    reads = List.copyOf(reads);
  }
}
