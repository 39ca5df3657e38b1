package dev.darner.model;

import java.util.Arrays;
import java.util.List;

/** The CRC32C of each piece of a content, in order. Immutable. */
public final class PieceSums {
  /** Pieces beyond which nobody tells their sums: those of 64 KiB together. */
  public static final int MOST = 1 << 14;

  private final int[] sums;

  private PieceSums(int[] sums) {
    this.sums = sums;
  }

  public static PieceSums of(int... sums) {
    return new PieceSums(sums.clone());
  }

  public static PieceSums of(List<Integer> sums) {
    return new PieceSums(sums.stream().mapToInt(Integer::intValue).toArray());
  }

  public int count() {
    return sums.length;
  }

  /** That of a piece. */
  public int get(int piece) {
    return sums[piece];
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PieceSums that && Arrays.equals(sums, that.sums);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(sums);
  }

  @Override
  public String toString() {
    return sums.length + " sums";
  }
}
