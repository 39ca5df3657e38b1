package dev.darner.model;

import java.util.regex.Pattern;

/**
 * What an image of an index is for.
 *
 * @param text OS/ARCHITECTURE or OS/ARCHITECTURE/VARIANT, each 32 characters at most
 */
public record Platform(String text) {
  private static final Pattern FORM =
      Pattern.compile("[a-z0-9]{1,32}/[a-z0-9_]{1,32}(?:/[a-z0-9.]{1,32})?");

  public Platform {
    if (!FORM.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "a platform is OS/ARCHITECTURE or OS/ARCHITECTURE/VARIANT, not " + Quoted.of(text));
    }
  }
}
