package dev.darner.orders;

/** Why a content cannot be had, for a person. */
final class FailedException extends Exception {
  private static final long serialVersionUID = 1L;
  private final Kind kind;

  /** Whether another try may help. */
  enum Kind {
    /** Another time may do. */
    PASSING,
    /** Wrong bytes came: one who is not asked again may have given them, or the origin does. */
    WRONG,
    /** It was refused, or does not exist, or has no room. */
    FINAL
  }

  FailedException(String message, Throwable cause, Kind kind) {
    super(message, cause);
    this.kind = kind;
  }

  Kind kind() {
    return kind;
  }
}
