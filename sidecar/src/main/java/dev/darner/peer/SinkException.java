package dev.darner.peer;

/** The receiver of a piece failed, not the peer; the cause says how. */
public final class SinkException extends Exception {
  private static final long serialVersionUID = 1L;

  public SinkException(Exception cause) {
    super(cause);
  }
}
