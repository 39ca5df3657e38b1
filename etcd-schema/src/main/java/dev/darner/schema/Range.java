package dev.darner.schema;

/**
 * Which entries are wanted of the keys between two.
 *
 * @param from the first key, if it exists
 * @param before no key from this one on
 * @param most entries, 1 to {@value #LARGEST}
 * @param backwards the last of them first, and the last ones when there are more
 */
public record Range(String from, String before, int most, boolean backwards) {
  /** As many as one answer of etcd holds with certainty. */
  public static final int LARGEST = 1000;

  public Range {
    Arguments.requirePrefix(from);
    Arguments.requirePrefix(before);
    if (most < 1 || most > LARGEST) {
      throw new IllegalArgumentException("a range has 1 to " + LARGEST + " entries: " + most);
    }
  }
}
