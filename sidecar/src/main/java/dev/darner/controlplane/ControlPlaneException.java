package dev.darner.controlplane;

/** No function answered as it should. */
public final class ControlPlaneException extends Exception {
  private static final long serialVersionUID = 1L;

  public ControlPlaneException(String message, Throwable cause) {
    super(message, cause);
  }
}
