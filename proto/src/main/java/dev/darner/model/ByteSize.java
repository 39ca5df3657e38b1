package dev.darner.model;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number of bytes as people write it, such as {@code 20GiB} or {@code 500MB}.
 *
 * @param bytes 0 or more
 */
public record ByteSize(long bytes) {
  private static final Pattern FORM =
      Pattern.compile("(?<number>[0-9]{1,15})(?<unit>|[kmgt]i?)b?", Pattern.CASE_INSENSITIVE);
  private static final String UNITS = "kmgt";
  private static final int DECIMAL = 1000;
  private static final int BINARY = 1024;

  /** From here on one decimal would show 1024.0. */
  private static final double ROUNDED_UP = BINARY - 0.05;

  public ByteSize {
    if (bytes < 0) {
      throw new IllegalArgumentException("a size is not negative: " + bytes);
    }
  }

  /**
   * Reads a whole number with an optional unit: kB, MB, GB, TB are powers of 1000, KiB, MiB, GiB,
   * TiB powers of 1024.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static ByteSize parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not a size such as 20GiB: " + Quoted.of(text));
    }
    long number = Long.parseLong(matcher.group("number"));
    long factor = factor(matcher.group("unit"));
    if (number > Long.MAX_VALUE / factor) {
      throw new IllegalArgumentException("too large a size: " + Quoted.of(text));
    }
    return new ByteSize(number * factor);
  }

  private static long factor(String unit) {
    if (unit.isEmpty()) {
      return 1;
    }
    String lower = unit.toLowerCase(Locale.ROOT);
    long step = lower.endsWith("i") ? BINARY : DECIMAL;
    long factor = step;
    for (int i = UNITS.indexOf(lower.charAt(0)); i > 0; i--) {
      factor *= step;
    }
    return factor;
  }

  /**
   * The size in the binary unit that leaves a number from 1 up to, not including, 1024, with one
   * decimal; in TiB what is larger.
   */
  @Override
  public String toString() {
    if (bytes < BINARY) {
      return bytes + " B";
    }
    double value = bytes;
    int power = 0;
    while (value >= ROUNDED_UP && power < UNITS.length()) {
      value /= BINARY;
      power++;
    }
    return String.format(Locale.ROOT, "%.1f %ciB", value, "KMGT".charAt(power - 1));
  }
}
