package dev.darner.task;

import java.util.List;

/** Why a task cannot be filled. */
public abstract sealed class TaskException extends Exception {
  private static final long serialVersionUID = 1L;

  private TaskException(String message, Throwable cause) {
    super(message, cause);
  }

  /** The origin has no such content. */
  public static final class NotFound extends TaskException {
    private static final long serialVersionUID = 1L;

    public NotFound(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** The origin refuses this client. */
  public static final class Denied extends TaskException {
    private static final long serialVersionUID = 1L;
    private final int status;
    private final transient List<String> challenges;

    /**
     * @param status 401 or 403
     * @param challenges the origin's {@code WWW-Authenticate} values
     */
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

  /** The origin is not in the allow list. */
  public static final class NotAllowed extends TaskException {
    private static final long serialVersionUID = 1L;

    public NotAllowed(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** What arrived does not match the digest, from the origin itself. */
  public static final class Corrupt extends TaskException {
    private static final long serialVersionUID = 1L;

    public Corrupt(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** This host has no room for it. */
  public static final class Full extends TaskException {
    private static final long serialVersionUID = 1L;

    public Full(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** No source gives it now. */
  public static final class Unavailable extends TaskException {
    private static final long serialVersionUID = 1L;

    public Unavailable(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
