package dev.darner.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;

/** Sizes and ranges of bytes. */
class AmountsTest {
  private static final Map<String, Long> UNITS =
      Map.ofEntries(
          Map.entry("", 1L),
          Map.entry("B", 1L),
          Map.entry("k", 1_000L),
          Map.entry("kB", 1_000L),
          Map.entry("MB", 1_000_000L),
          Map.entry("GB", 1_000_000_000L),
          Map.entry("TB", 1_000_000_000_000L),
          Map.entry("Ki", 1L << 10),
          Map.entry("KiB", 1L << 10),
          Map.entry("MiB", 1L << 20),
          Map.entry("GiB", 1L << 30),
          Map.entry("TiB", 1L << 40));

  @Provide
  Arbitrary<String> unit() {
    return Arbitraries.of(UNITS.keySet());
  }

  /** Many of them just below or above a unit, where rounding shows. */
  @Provide
  Arbitrary<Long> sizes() {
    return Arbitraries.oneOf(
        Arbitraries.longs().between(0, 1L << 50),
        Arbitraries.of(10, 20, 30, 40)
            .flatMap(power ->
                Arbitraries.longs()
                    .between(-(1L << power) / 8000, (1L << power) / 8000)
                    .map(beside -> (1L << power) + beside)));
  }

  @Provide
  Arbitrary<String> hostile() {
    return Hostile.text();
  }

  @Property
  void aSizeIsItsNumberTimesItsUnit(
      @ForAll @LongRange(max = 999_999_999_999_999L) long number, @ForAll("unit") String unit) {
    BigInteger bytes = BigInteger.valueOf(number).multiply(BigInteger.valueOf(UNITS.get(unit)));
    for (String text : List.of(number + unit, (number + unit).toLowerCase(Locale.ROOT))) {
      if (bytes.bitLength() < Long.SIZE) {
        assertEquals(bytes.longValue(), ByteSize.parse(text).bytes());
      } else {
        assertThrows(IllegalArgumentException.class, () -> ByteSize.parse(text));
      }
    }
  }

  @Property
  void whatIsNoSizeIsRefused(@ForAll("hostile") String text, @ForAll("unit") String unit) {
    for (String form :
        List.of(text + "x", "-1" + unit, "1.5" + unit, "0x" + unit, "\u0661" + unit)) {
      assertThrows(IllegalArgumentException.class, () -> ByteSize.parse(form));
    }
  }

  @Property
  void aSizeIsShownInTheUnitThatFitsIt(@ForAll("sizes") long bytes) {
    String[] shown = new ByteSize(bytes).toString().split(" ", 2);
    double number = Double.parseDouble(shown[0]);
    long unit = shown[1].equals("B") ? 1 : UNITS.get(shown[1]);
    assertTrue(number < 1024 || unit == 1L << 40, "no " + shown[0] + " " + shown[1]);
    assertTrue(number >= 1 || unit == 1, "no " + shown[0] + " " + shown[1]);
    assertTrue(Math.abs(number * unit - bytes) <= unit * 0.0501, "near enough");
  }

  @Property
  void aNegativeSizeIsNone(@ForAll @LongRange(min = Long.MIN_VALUE, max = -1) long bytes) {
    assertThrows(IllegalArgumentException.class, () -> new ByteSize(bytes));
  }

  @Property
  void aRangeHoldsWhatLiesBetweenItsEnds(
      @ForAll @LongRange(min = 0) long one,
      @ForAll @LongRange(min = 0) long other,
      @ForAll long offset) {
    ByteRange range = new ByteRange(Math.min(one, other), Math.max(one, other));
    assertEquals(Math.abs(one - other), range.length());
    assertEquals(one == other, range.isEmpty());
    assertEquals(range.start() <= offset && offset <= range.end() - 1, range.contains(offset));
    assertEquals(new ByteRange(0, one), ByteRange.whole(one));
    if (one != other) {
      assertThrows(
          IllegalArgumentException.class,
          () -> new ByteRange(Math.max(one, other), Math.min(one, other)));
      assertTrue(range.contains(range.start()) && range.contains(range.end() - 1));
    }
  }

  @Example
  void aRangeDoesNotBeginBeforeTheFirstByte() {
    assertThrows(IllegalArgumentException.class, () -> new ByteRange(-1, 1));
    assertThrows(IllegalArgumentException.class, () -> ByteRange.whole(-1));
  }
}
