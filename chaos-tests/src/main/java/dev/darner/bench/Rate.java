package dev.darner.bench;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Bits a second, as {@code tc} writes them: {@code 200mbit}, {@code 1gbit}.
 *
 * @param text for {@code tc}
 * @param bits a second
 */
record Rate(String text, double bits) {
  private static final Pattern FORM = Pattern.compile("([0-9]+)([kmg])bit");
  private static final Map<String, Double> UNITS = Map.of("k", 1e3, "m", 1e6, "g", 1e9);

  /**
   * Reads a rate.
   *
   * @throws IllegalArgumentException when it is none
   */
  static Rate parse(String text) {
    Matcher matcher = FORM.matcher(text.toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not a rate such as 200mbit: " + text);
    }
    double bits = Double.parseDouble(matcher.group(1)) * UNITS.get(matcher.group(2));
    if (bits == 0) {
      throw new IllegalArgumentException("a rate is more than nothing");
    }
    return new Rate(matcher.group(), bits);
  }

  double bytesPerSecond() {
    return bits / Byte.SIZE;
  }
}
