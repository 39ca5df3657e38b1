package dev.darner.schema;

/**
 * All hosts of a preheat together.
 *
 * @param hosts of its scope
 * @param done those that have every byte verified
 * @param failed those that failed
 * @param bytes that have landed on all of them
 * @param size of all contents on all of them, as far as sizes are known
 */
public record PreheatSums(int hosts, int done, int failed, long bytes, long size) {
  /** Of no hosts. */
  public static final PreheatSums NONE = new PreheatSums(0, 0, 0, 0, 0);

  public PreheatSums {
    if (Math.min(Math.min(hosts, done), failed) < 0 || Math.min(bytes, size) < 0) {
      throw new IllegalArgumentException("sums are not negative");
    }
  }
}
