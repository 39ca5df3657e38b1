package dev.darner.orders;

/** Why a content cannot be had, for a person. */
final class FailedException extends Exception {
  private static final long serialVersionUID = 1L;
  private final boolean passing;

  /**
   * @param passing another time may do
   */
  FailedException(String message, Throwable cause, boolean passing) {
    super(message, cause);
    this.passing = passing;
  }

  boolean isPassing() {
    return passing;
  }
}
