package dev.darner.model;

import java.util.regex.Pattern;

/**
 * The name of a host within its cluster.
 *
 * @param text lower-case letters, digits, dots and dashes, 253 characters at most, as a DNS name
 */
public record HostId(String text) {
  private static final Pattern FORM = Pattern.compile("[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?");
  private static final int LONGEST = 253;

  public HostId {
    requireName(text, "host");
  }

  /** Checks a name of the form that hosts and clusters share. */
  static void requireName(String text, String what) {
    if (text.length() > LONGEST || text.contains("..") || !FORM.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "not a %s name (lower-case letters, digits, dots, dashes): %s"
              .formatted(what, Quoted.of(text)));
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
