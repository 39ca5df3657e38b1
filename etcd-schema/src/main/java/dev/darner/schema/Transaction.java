package dev.darner.schema;

import dev.darner.model.Quoted;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

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
  /** How many steps etcd takes in one transaction, unless it is configured otherwise. */
  public static final int MOST_STEPS = 128;

  /** Fewer than {@link #MOST_STEPS}: for what goes in parts. */
  public static final int PART = 100;

  /** At three bytes a character at most: below 1 MB, where etcd refuses 1.5 MiB. */
  private static final int MOST_CHARACTERS = 330_000;

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

  /**
   * Copies the lists and checks what etcd would refuse.
   *
   * @throws IllegalArgumentException when a key is written twice, when there are more than {@value
   *     #MOST_STEPS} conditions, or as many puts, deletes and reads together, or when keys and
   *     values have more than {@value #MOST_CHARACTERS} characters in all
   */
  public Transaction {
    conditions = List.copyOf(conditions);
    puts = List.copyOf(puts);
    deletes = List.copyOf(deletes);
    reads = List.copyOf(reads);
    requireFew(conditions.size());
    requireFew(puts.size() + deletes.size() + reads.size());
    requireSmall(puts);
    requireDistinct(Stream.concat(puts.stream().map(Put::key), deletes.stream()).toList());
  }

  /** A list in parts of {@value #PART} at most, which leave a transaction room for more. */
  public static <T> List<List<T>> parts(List<T> all) {
    List<List<T>> parts = new ArrayList<>();
    for (int from = 0; from < all.size(); from += PART) {
      parts.add(all.subList(from, Math.min(from + PART, all.size())));
    }
    return parts;
  }

  /** Writes a key that does not stand yet, without a lease, and reads it. */
  public static Transaction creating(String key, String value) {
    return new Transaction(
        List.of(new Condition(key, 0)), List.of(new Put(key, value, 0)), List.of(), List.of(key));
  }

  /** Writes nothing, and reads some keys, each by its whole name. */
  public static Transaction reading(List<String> keys) {
    return new Transaction(List.of(), List.of(), List.of(), keys);
  }

  private static void requireFew(int steps) {
    if (steps > MOST_STEPS) {
      throw new IllegalArgumentException(
          "a transaction has at most " + MOST_STEPS + " steps: " + steps);
    }
  }

  private static void requireSmall(List<Put> puts) {
    long characters = puts.stream().mapToLong(p -> p.key().length() + p.value().length()).sum();
    if (characters > MOST_CHARACTERS) {
      throw new IllegalArgumentException(
          "a transaction writes at most " + MOST_CHARACTERS + " characters: " + characters);
    }
  }

  private static void requireDistinct(List<String> written) {
    Set<String> seen = new HashSet<>();
    for (String key : written) {
      if (key.isEmpty() || !seen.add(key)) {
        throw new IllegalArgumentException("written twice, or no key: " + Quoted.of(key));
      }
    }
  }
}
