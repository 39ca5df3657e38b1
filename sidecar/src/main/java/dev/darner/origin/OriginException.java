package dev.darner.origin;

import java.util.List;

/** Why an origin did not give what was asked. */
public abstract sealed class OriginException extends Exception {
  private static final long serialVersionUID = 1L;

  private OriginException(String message, Throwable cause) {
    super(message, cause);
  }

  /** The origin says that there is no such content (404, 410). */
  public static final class NotFound extends OriginException {
    private static final long serialVersionUID = 1L;

    public NotFound(String message) {
      super(message, null);
    }
  }

  /** The origin refuses this client (401, 403); another client may be served. */
  public static final class Denied extends OriginException {
    private static final long serialVersionUID = 1L;
    private final int status;
    private final transient List<String> challenges;

    /**
     * @param status 401 or 403
     * @param challenges the origin's {@code WWW-Authenticate} values, as they came
     */
    public Denied(String message, int status, List<String> challenges) {
      this(message, null, status, challenges);
    }

    /** As {@link #Denied(String, int, List)}, because of {@code cause}. */
    public Denied(String message, Throwable cause, int status, List<String> challenges) {
      super(message, cause);
      this.status = status;
      this.challenges = List.copyOf(challenges);
    }

    public int status() {
      return status;
    }

    public List<String> challenges() {
      return challenges;
    }
  }

  /** This node may not ask that origin: it is not in the allow list. */
  public static final class NotAllowed extends OriginException {
    private static final long serialVersionUID = 1L;

    public NotAllowed(String message) {
      super(message, null);
    }
  }

  /**
   * It does not answer, is overloaded, broke off, stalled, or answered nonsense. Another time may
   * do.
   */
  public static final class Unavailable extends OriginException {
    private static final long serialVersionUID = 1L;

    public Unavailable(String message, Throwable cause) {
      super(message, cause);
    }

    public Unavailable(String message) {
      super(message, null);
    }
  }
}
