package dev.darner.origin;

import java.util.Optional;

/**
 * What a client, or somebody who ordered content, gave for an origin. It is passed on to that
 * origin alone, never stored and never logged.
 *
 * @param authorization the value of an Authorization
 * @param login it is a user name and a password, with which this node shall log in as the origin
 *     wants it; otherwise it is passed on as it is
 */
public record Credential(Optional<String> authorization, boolean login) {
  /** The client gave none. */
  public static final Credential NONE = new Credential(Optional.empty());

  /** A client's own Authorization. */
  public Credential(Optional<String> authorization) {
    this(authorization, false);
  }

  /** A login to be used where the origin asks for one; none for the node's own. */
  public static Credential loggingIn(Optional<String> basic) {
    return new Credential(basic, basic.isPresent());
  }

  /** Says whether there is one, never which. */
  @Override
  public String toString() {
    return authorization.isPresent() ? "Credential[given]" : "Credential[none]";
  }
}
