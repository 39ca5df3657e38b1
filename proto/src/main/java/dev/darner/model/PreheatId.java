package dev.darner.model;

import java.util.regex.Pattern;

/**
 * The name of a preheat.
 *
 * @param text lower-case letters, digits and dashes, 64 characters at most
 */
public record PreheatId(String text) {
  private static final Pattern FORM = Pattern.compile("[a-z0-9][-a-z0-9]{0,63}");

  public PreheatId {
    if (!FORM.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "not the name of a preheat (lower-case letters, digits, dashes): " + Quoted.of(text));
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
