package dev.darner.model;

/**
 * The name of a host within its cluster.
 *
 * @param text lower-case letters, digits, dots and dashes, 253 characters at most, as a DNS name
 */
public record HostId(String text) {
  private static final int LONGEST = 253;

  public HostId {
    requireName(text, "host");
  }

  /** Checks a name of the form that hosts and clusters share. */
  static void requireName(String text, String what) {
    if (!isName(text)) {
      throw new IllegalArgumentException(
          "not a %s name (lower-case letters, digits, dots, dashes): %s"
              .formatted(what, Quoted.of(text)));
    }
  }

  /** By hand: functions check some names in each call. */
  private static boolean isName(String text) {
    int last = text.length() - 1;
    return last >= 0
        && last < LONGEST
        && isInner(text.charAt(0))
        && isInner(text.charAt(last))
        && !text.contains("..")
        && text.chars().allMatch(c -> isInner(c) || c == '-' || c == '.');
  }

  private static boolean isInner(int c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  }

  @Override
  public String toString() {
    return text;
  }
}
