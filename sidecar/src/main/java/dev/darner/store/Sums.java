package dev.darner.store;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * The CRC32C of each piece of a content. Written as eight hexadecimal digits a piece, in order. Not
 * safe for use by many threads.
 */
final class Sums {
  private static final int DIGITS = 8;

  private final int[] values;

  private Sums(int[] values) {
    this.values = values;
  }

  /** Room for the sums of {@code count} pieces. */
  static Sums blank(int count) {
    return new Sums(new int[count]);
  }

  /**
   * Reads what {@link #toString} wrote.
   *
   * @throws IllegalArgumentException when it is not that
   */
  static Sums parse(String hex) {
    if (hex.length() % DIGITS != 0) {
      throw new IllegalArgumentException("sums are cut");
    }
    int[] values = new int[hex.length() / DIGITS];
    Arrays.setAll(values, i -> HexFormat.fromHexDigits(hex, i * DIGITS, (i + 1) * DIGITS));
    return new Sums(values);
  }

  int get(int piece) {
    return values[piece];
  }

  void set(int piece, int sum) {
    values[piece] = sum;
  }

  int count() {
    return values.length;
  }

  @Override
  public String toString() {
    StringBuilder hex = new StringBuilder(values.length * DIGITS);
    Arrays.stream(values).forEach(sum -> hex.append(HexFormat.of().toHexDigits(sum)));
    return hex.toString();
  }
}
