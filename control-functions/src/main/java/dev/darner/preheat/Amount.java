package dev.darner.preheat;

import dev.darner.schema.PreheatHostRecord.Part;
import java.util.List;

/**
 * How much of some contents a host has.
 *
 * @param bytes that have landed
 * @param size of all of them, as far as sizes are known
 * @param sealed how many are whole and verified
 * @param count how many there are
 */
record Amount(long bytes, long size, int sealed, int count) {
  private static final int TENTHS = 10;

  static Amount of(List<Part> parts) {
    return new Amount(
        parts.stream().mapToLong(Part::bytes).sum(),
        parts.stream().mapToLong(Part::size).sum(),
        (int) parts.stream().filter(Part::sealed).count(),
        parts.size());
  }

  boolean isWhole() {
    return sealed == count;
  }

  /** The part that has landed, 0 to 1. */
  double part() {
    return size == 0 ? 0 : Math.min(1, (double) bytes / size);
  }

  /** Tenths of the bytes that have landed; what is written changes with them. */
  int band() {
    return (int) (part() * TENTHS);
  }
}
