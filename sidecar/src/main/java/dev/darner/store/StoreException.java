package dev.darner.store;

/** Why the store did not do what was asked. */
public abstract sealed class StoreException extends Exception {
  private static final long serialVersionUID = 1L;

  private StoreException(String message, Throwable cause) {
    super(message, cause);
  }

  /** No room is left, on the disk or within the quota, and nothing more can be evicted. */
  public static final class Full extends StoreException {
    private static final long serialVersionUID = 1L;

    public Full(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** The bytes are not those of the digest or of the sum that was given for them. */
  public static final class Corrupt extends StoreException {
    private static final long serialVersionUID = 1L;

    public Corrupt(String message) {
      super(message, null);
    }
  }

  /** The task is not, or no longer, in the store. */
  public static final class Gone extends StoreException {
    private static final long serialVersionUID = 1L;

    public Gone(String message) {
      super(message, null);
    }
  }

  /** The disk failed. */
  public static final class Broken extends StoreException {
    private static final long serialVersionUID = 1L;

    public Broken(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
