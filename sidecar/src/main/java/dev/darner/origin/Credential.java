package dev.darner.origin;

import java.util.Optional;

/**
 * A client's own Authorization for an origin. It is passed on to that origin alone, never stored
 * and never logged.
 *
 * @param authorization the header's value
 */
public record Credential(Optional<String> authorization) {
  /** The client gave none. */
  public static final Credential NONE = new Credential(Optional.empty());

  /** Says whether there is one, never which. */
  @Override
  public String toString() {
    return authorization.isPresent() ? "Credential[given]" : "Credential[none]";
  }
}
