package dev.darner.model;

import java.util.regex.Pattern;

/**
 * Names of hosts: one name, or a pattern in which {@code *} stands for any characters, none too.
 *
 * @param text lower-case letters, digits, dots, dashes and {@code *}, not only the last
 */
public record HostPattern(String text) {
  private static final int LONGEST = 253;
  private static final Pattern FORM = Pattern.compile("[-a-z0-9.*]*[a-z0-9][-a-z0-9.*]*");
  private static final char ANY = '*';

  /** Checks the form. */
  public HostPattern {
    if (text.length() > LONGEST || text.contains("**") || !FORM.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "not a host name or pattern such as gpu-* (lower-case letters, digits, dots, dashes, *;"
              + " not * alone): "
              + Quoted.of(text));
    }
  }

  /** It names one host. */
  public boolean isExact() {
    return text.indexOf(ANY) < 0;
  }

  /** Characters that are said: the more, the narrower it is. */
  public int literals() {
    return (int) text.chars().filter(c -> c != ANY).count();
  }

  /** Whether a name fits. */
  public boolean matches(HostId host) {
    return matches(host.text());
  }

  /**
   * On a mismatch behind a star, the star takes one character more: never more than one is open.
   */
  private boolean matches(String name) {
    int at = 0;
    int in = 0;
    int star = -1;
    int resumed = 0;
    while (in < name.length()) {
      if (at < text.length() && text.charAt(at) == ANY) {
        star = at++;
        resumed = in;
      } else if (at < text.length() && text.charAt(at) == name.charAt(in)) {
        at++;
        in++;
      } else if (star >= 0) {
        at = star + 1;
        in = ++resumed;
      } else {
        return false;
      }
    }
    return at == text.length() || (at == text.length() - 1 && text.charAt(at) == ANY);
  }

  @Override
  public String toString() {
    return text;
  }
}
