package dev.darner.model;

/**
 * How a task is cut into pieces. It follows from the size alone, so that all hosts agree without
 * asking.
 *
 * <p>A piece is the smallest power of two that cuts the task into at most {@value #AIM} pieces,
 * within {@value #SHORTEST} and {@value #LONGEST_PIECE} bytes. A short piece lets the second host
 * start early, since a piece is passed on once it is whole; a long one keeps bitmaps and per-piece
 * costs small.
 *
 * @param size bytes of the task
 * @param pieceLength bytes of every piece but the last, which may be shorter
 */
public record PieceLayout(long size, int pieceLength) {
  /** The most bytes that any content here may have: 64 TiB, so that its pieces can be counted. */
  public static final long LARGEST_SIZE = 1L << 46;

  /** The most bytes that a piece has. */
  public static final int LONGEST_PIECE = 1 << 24;

  private static final int AIM = 512;
  private static final int SHORTEST = 1 << 20;

  public PieceLayout {
    if (size < 0 || pieceLength <= 0 || (size - 1) / pieceLength >= Integer.MAX_VALUE) {
      throw new IllegalArgumentException("no layout for " + size + " bytes");
    }
  }

  /**
   * The layout of a task of {@code size} bytes, 0 or more.
   *
   * @throws IllegalArgumentException when {@code size} is negative or beyond 2^55 - 2^24
   */
  public static PieceLayout of(long size) {
    long length = SHORTEST;
    while (length < LONGEST_PIECE && length * AIM < size) {
      length *= 2;
    }
    return new PieceLayout(size, (int) length);
  }

  /** Number of pieces; an empty task has none. */
  public int count() {
    return (int) ((size + pieceLength - 1) / pieceLength);
  }

  /** The bytes of piece {@code index}. */
  public ByteRange range(int index) {
    if (index < 0 || index >= count()) {
      throw new IndexOutOfBoundsException("piece " + index + " of " + count());
    }
    long start = (long) index * pieceLength;
    return new ByteRange(start, Math.min(start + pieceLength, size));
  }

  /** The piece that holds the byte at {@code offset}. */
  public int pieceAt(long offset) {
    if (offset < 0 || offset >= size) {
      throw new IndexOutOfBoundsException("byte " + offset + " of " + size);
    }
    return (int) (offset / pieceLength);
  }
}
