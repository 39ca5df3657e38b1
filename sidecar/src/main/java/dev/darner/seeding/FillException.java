package dev.darner.seeding;

/** Why this host cannot fill what a peer asked for. */
public final class FillException extends Exception {
  private static final long serialVersionUID = 1L;

  /** What the peer should make of it. */
  public enum Reason {
    NOT_FOUND,
    DENIED,
    CORRUPT,
    UNAVAILABLE
  }

  private final Reason reason;

  public FillException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
