package dev.darner.schema;

/** Why the state could not be read or written. */
public abstract sealed class StateException extends Exception {
  private static final long serialVersionUID = 1L;

  private StateException(String message, Throwable cause) {
    super(message, cause);
  }

  /** It does not answer, or has no leader; what was asked may have happened or not. */
  public static final class Unavailable extends StateException {
    private static final long serialVersionUID = 1L;

    public Unavailable(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** It has no space: what needs some was not written; reads, deletions and renewals go on. */
  public static final class Full extends StateException {
    private static final long serialVersionUID = 1L;

    public Full(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** It answers, but what was to be changed was changed by others first, each time it was tried. */
  public static final class Contended extends StateException {
    private static final long serialVersionUID = 1L;

    public Contended(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * The revision is not known any more, or not yet: history was compacted or the store replaced.
   */
  public static final class Compacted extends StateException {
    private static final long serialVersionUID = 1L;

    public Compacted(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** The lease does not exist any more. */
  public static final class NoLease extends StateException {
    private static final long serialVersionUID = 1L;

    public NoLease(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
