package dev.darner.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

class PieceLayoutTest {
  private static final long LARGEST = 1L << 40;
  private static final long MIB = 1 << 20;

  private static final long BEYOND = (1L << 55) - (1L << 24) + 1;

  /** Beyond it pieces grow in number, not in length. */
  private static final long LENGTHS_END = 512 * 16 * MIB;

  @Property
  void piecesCoverEveryByteOnce(@ForAll @LongRange(max = LARGEST) long size) {
    PieceLayout layout = PieceLayout.of(size);
    long end = 0;
    for (int piece = 0; piece < layout.count(); piece++) {
      ByteRange range = layout.range(piece);
      assertEquals(end, range.start());
      assertFalse(range.isEmpty());
      assertTrue(range.length() == layout.pieceLength() || piece == layout.count() - 1);
      end = range.end();
    }
    assertEquals(size, end);
  }

  @Property
  void aByteIsInThePieceThatIsSaidToHoldIt(
      @ForAll @LongRange(min = 1, max = LARGEST) long size, @ForAll @LongRange(min = 0) long any) {
    PieceLayout layout = PieceLayout.of(size);
    for (long offset : new long[] {any % size, 0, size - 1}) {
      assertTrue(layout.range(layout.pieceAt(offset)).contains(offset));
    }
    for (int piece : new int[] {0, (int) (any % layout.count()), layout.count() - 1}) {
      assertEquals(piece, layout.pieceAt(layout.range(piece).start()));
      assertEquals(piece, layout.pieceAt(layout.range(piece).end() - 1));
    }
  }

  @Property
  void aPieceIsThePowerOfTwoThatTheSizeAsksFor(@ForAll @LongRange(max = LARGEST) long size) {
    PieceLayout layout = PieceLayout.of(size);
    int length = layout.pieceLength();
    assertEquals(1, Integer.bitCount(length));
    assertTrue(length >= MIB && length <= 16 * MIB);
    assertTrue(layout.count() <= (size <= LENGTHS_END ? 512 : LARGEST / (16 * MIB)));
    assertTrue(length == MIB || size > 512L * length / 2, "no longer than needed");
  }

  @Property
  void whatLiesOutsideIsRefused(@ForAll @LongRange(max = LARGEST) long size) {
    PieceLayout layout = PieceLayout.of(size);
    assertThrows(IndexOutOfBoundsException.class, () -> layout.range(layout.count()));
    assertThrows(IndexOutOfBoundsException.class, () -> layout.range(-1));
    assertThrows(IndexOutOfBoundsException.class, () -> layout.pieceAt(size));
    assertThrows(IndexOutOfBoundsException.class, () -> layout.pieceAt(-1));
  }

  @Property
  void anySizeHasALayoutOrIsRefused(@ForAll long size) {
    if (size < 0 || size > BEYOND - 1) {
      assertThrows(IllegalArgumentException.class, () -> PieceLayout.of(size));
    } else {
      PieceLayout layout = PieceLayout.of(size);
      assertTrue(size == 0 || layout.range(layout.count() - 1).end() == size);
    }
  }

  @Example
  void theLargestTaskHasALayoutAndOneByteMoreHasNone() {
    assertEquals(Integer.MAX_VALUE, PieceLayout.of(BEYOND - 1).count());
    assertThrows(IllegalArgumentException.class, () -> PieceLayout.of(BEYOND));
  }

  @Example
  void aLayoutOfAnotherHostIsCheckedToo() {
    assertThrows(IllegalArgumentException.class, () -> new PieceLayout(1, 0));
    assertThrows(IllegalArgumentException.class, () -> new PieceLayout(1, -1));
    assertThrows(IllegalArgumentException.class, () -> new PieceLayout(Long.MAX_VALUE, 1));
    PieceLayout longest = new PieceLayout(1L << 60, Integer.MAX_VALUE);
    assertEquals(1L << 60, longest.range(longest.count() - 1).end());
  }
}
