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
  private static final String BASIC = "Basic ";

  /** The client gave none. */
  public static final Credential NONE = new Credential(Optional.empty());

  /** A client's own Authorization. */
  public Credential(Optional<String> authorization) {
    this(authorization, false);
  }

  /**
   * What somebody gave for an order, none for the node's own: a user and a password (Basic) are a
   * login where the origin asks for one, anything else is passed on as it is.
   */
  public static Credential loggingIn(Optional<String> given) {
    return new Credential(given, given.filter(Credential::isBasic).isPresent());
  }

  private static boolean isBasic(String authorization) {
    return authorization.regionMatches(true, 0, BASIC, 0, BASIC.length());
  }

  /** Says whether there is one, never which. */
  @Override
  public String toString() {
    return authorization.isPresent() ? "Credential[given]" : "Credential[none]";
  }
}
