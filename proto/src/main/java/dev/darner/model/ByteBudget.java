package dev.darner.model;

/**
 * So many bytes a second, for all that share it. Who wants to move bytes takes them, and waits as
 * long as it is told: those who come later wait longer, in the order in which they came. What is
 * not used is saved up for an eighth of a second, so that over any five seconds no more than 3 %
 * too much is given. Safe for use by many threads; nothing here waits or reads a clock.
 */
public final class ByteBudget {
  private static final long SECOND = 1_000_000_000;

  /** Savings, and about the longest wait for one slice of a single user, as parts of a second. */
  private static final int SAVED = 8;

  /** So that of several users none waits long for its next slice. */
  private static final int SLICES = 64;

  private static final int SMALLEST_SLICE = 4 << 10;
  private static final int LARGEST_SLICE = 256 << 10;

  private volatile long rate;
  private boolean begun;
  private double saved;
  private long at;

  /**
   * @param rate bytes a second; 0 for no limit
   */
  public ByteBudget(ByteSize rate) {
    this.rate = rate.bytes();
  }

  /** A budget that never runs out. */
  public static ByteBudget unlimited() {
    return new ByteBudget(new ByteSize(0));
  }

  /** Changes the rate; 0 for no limit. What is owed or saved at the old one is forgotten. */
  public synchronized void change(ByteSize other) {
    if (other.bytes() != rate) {
      rate = other.bytes();
      begun = false;
    }
  }

  /** Whether there is a limit now. */
  public boolean limited() {
    return rate > 0;
  }

  /**
   * Bytes a second now; 0 for no limit. Who waits goes on once this is another than it was: what it
   * was told to wait was by the rate that held then, and may be hours.
   */
  public long rate() {
    return rate;
  }

  /**
   * How many bytes are best taken at a time; as many as an {@code int} can hold without a limit.
   */
  public int slice() {
    long now = rate;
    return now == 0 ? Integer.MAX_VALUE : Math.clamp(now / SLICES, SMALLEST_SLICE, LARGEST_SLICE);
  }

  /**
   * Takes {@code bytes}.
   *
   * @param now nanoseconds of a clock that never goes back
   * @return nanoseconds to wait before they are moved, 0 or more
   */
  public synchronized long take(long bytes, long now) {
    if (rate == 0) {
      return 0;
    }
    double most = (double) rate / SAVED;
    double earned = begun ? (double) (now - at) * rate / SECOND : 0;
    saved = Math.min(most, (begun ? saved : 0) + earned) - bytes;
    at = now;
    begun = true;
    return saved >= 0 ? 0 : (long) (-saved * SECOND / rate);
  }
}
