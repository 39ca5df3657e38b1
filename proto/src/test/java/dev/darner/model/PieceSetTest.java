package dev.darner.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** A {@link PieceSet} is a set of numbers, and the bytes say which. */
class PieceSetTest {
  static final int MOST = 300;

  private static PieceSet set(Set<Integer> members) {
    return PieceSet.of(members.stream().mapToInt(Integer::intValue).toArray());
  }

  private static void assertSame(Set<Integer> model, PieceSet set) {
    assertArrayEquals(
        new TreeSet<>(model).stream().mapToInt(Integer::intValue).toArray(),
        set.stream().toArray());
    assertEquals(model.size(), set.size());
    assertEquals(model.isEmpty(), set.isEmpty());
    assertTrue(IntStream.rangeClosed(0, MOST).allMatch(i -> model.contains(i) == set.contains(i)));
    assertEquals(set(model), set);
    assertEquals(set(model).hashCode(), set.hashCode());
  }

  @Property
  void itIsTheSetThatItsChangesMake(
      @ForAll Set<@IntRange(max = MOST) Integer> model, @ForAll @IntRange(max = MOST) int piece) {
    PieceSet set = set(model);
    assertSame(model, set);
    Set<Integer> more = new TreeSet<>(model);
    more.add(piece);
    assertSame(more, set.with(piece));
    Set<Integer> less = new TreeSet<>(model);
    less.remove(piece);
    assertSame(less, set.without(piece));
    assertSame(model, set);
  }

  @Property
  void unionAndMinusAreThoseOfSets(
      @ForAll Set<@IntRange(max = MOST) Integer> one,
      @ForAll Set<@IntRange(max = MOST) Integer> other) {
    Set<Integer> union = new TreeSet<>(one);
    union.addAll(other);
    assertSame(union, set(one).union(set(other)));
    Set<Integer> minus = new TreeSet<>(one);
    minus.removeAll(other);
    assertSame(minus, set(one).minus(set(other)));
    assertEquals(one.equals(other), set(one).equals(set(other)));
  }

  @Property
  void theFirstMissingIsTheFirstThatIsMissing(
      @ForAll Set<@IntRange(max = MOST) Integer> model, @ForAll @IntRange(max = MOST) int from) {
    int expected =
        IntStream.iterate(from, i -> i + 1)
            .filter(i -> !model.contains(i))
            .findFirst()
            .orElseThrow();
    assertEquals(expected, set(model).firstMissing(from));
  }

  @Property
  void bytesGoThereAndBack(
      @ForAll Set<@IntRange(max = MOST) Integer> model, @ForAll @IntRange(max = 9) int padding) {
    byte[] bytes = set(model).toBytes();
    assertSame(model, PieceSet.fromBytes(bytes, MOST + 1));
    assertSame(model, PieceSet.fromBytes(Arrays.copyOf(bytes, bytes.length + padding), MOST + 1));
    for (int piece : model) {
      assertNotEquals(0, bytes[piece / 8] & (1 << (piece % 8)), "lowest bit first");
    }
  }

  @Property
  void anyBytesAreASetWithinItsCountOrRefused(
      @ForAll byte[] bytes, @ForAll @IntRange(max = 100) int count) {
    Set<Integer> model =
        IntStream.range(0, bytes.length * 8)
            .filter(i -> (bytes[i / 8] & (1 << (i % 8))) != 0)
            .boxed()
            .collect(Collectors.toSet());
    if (model.stream().allMatch(piece -> piece < count)) {
      assertArrayEquals(
          model.stream().mapToInt(i -> i).sorted().toArray(),
          PieceSet.fromBytes(bytes, count).stream().toArray());
    } else {
      assertThrows(IllegalArgumentException.class, () -> PieceSet.fromBytes(bytes, count));
    }
  }

  @Property
  void aFullSetLacksNothing(@ForAll @IntRange(max = MOST) int count) {
    assertSame(IntStream.range(0, count).boxed().collect(Collectors.toSet()), PieceSet.full(count));
    assertEquals(count, PieceSet.full(count).firstMissing(0));
  }

  @Example
  void noPieceIsNegative() {
    assertThrows(IndexOutOfBoundsException.class, () -> PieceSet.of(-1));
    assertThrows(IndexOutOfBoundsException.class, () -> PieceSet.EMPTY.with(-1));
    assertThrows(IndexOutOfBoundsException.class, () -> PieceSet.full(-1));
    assertTrue(PieceSet.EMPTY.isEmpty());
  }
}
