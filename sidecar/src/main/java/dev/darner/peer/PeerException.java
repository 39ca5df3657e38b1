package dev.darner.peer;

/** Why a peer did not give what was asked. */
public abstract sealed class PeerException extends Exception {
  private static final long serialVersionUID = 1L;

  private PeerException(String message, Throwable cause) {
    super(message, cause);
  }

  /** It does not have the task or piece, and was not asked to fill it or cannot. */
  public static final class NotHolding extends PeerException {
    private static final long serialVersionUID = 1L;

    public NotHolding(String message) {
      super(message, null);
    }
  }

  /** It gives to as many as it may; ask somebody else now, it again later. */
  public static final class Busy extends PeerException {
    private static final long serialVersionUID = 1L;

    public Busy(String message) {
      super(message, null);
    }
  }

  /** The origin refused it. */
  public static final class Denied extends PeerException {
    private static final long serialVersionUID = 1L;

    public Denied(String message) {
      super(message, null);
    }
  }

  /** What it got or sent is not what the digest or the sum says. */
  public static final class Corrupt extends PeerException {
    private static final long serialVersionUID = 1L;

    public Corrupt(String message) {
      super(message, null);
    }
  }

  /** It cannot be reached, broke off, stalled, or answered nonsense. */
  public static final class Unavailable extends PeerException {
    private static final long serialVersionUID = 1L;

    public Unavailable(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
