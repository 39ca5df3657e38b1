package dev.darner.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What hosts are told apart by: ranges of addresses, patterns of names, places. */
class ScopesTest {

  @ParameterizedTest
  @CsvSource({
    "10.1.0.0/16, 10.1.255.255, true",
    "10.1.0.0/16, 10.2.0.0, false",
    "10.1.2.3/32, 10.1.2.3, true",
    "10.1.2.3/32, 10.1.2.2, false",
    "0.0.0.0/0, 203.0.113.9, true",
    "0.0.0.0/0, fd00::1, false",
    "10.128.0.0/9, 10.127.255.255, false",
    "10.128.0.0/9, 10.200.0.1, true",
    "fd00::/8, fdff::1, true",
    "fd00::/8, fe80::1, false",
    "::/0, 10.0.0.1, false",
    "fd00:0:0:8000::/49, fd00:0:0:8001::1, true",
  })
  void aRangeHoldsItsAddressesAndNoneOfTheOtherFamily(String cidr, String address, boolean in) {
    assertEquals(in, Cidr.parse(cidr).contains(InetAddress.ofLiteral(address)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "10.0.0.0",
        "10.0.0.0/",
        "/8",
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0/8",
        "fd00::/129",
        "300.0.0.0/8",
        "host/8",
        "10.0.0.0/8 ",
        "10.0.0.0/08x",
        "10.0.0.0/999999999999",
        "::ffff:10.0.0.0/104"
      })
  void whatIsNoRangeIsRefused(String text) {
    assertThrows(IllegalArgumentException.class, () -> Cidr.parse(text));
  }

  @Test
  void aRangeThatBeginsElsewhereIsAnsweredWithItsBeginning() {
    String said =
        assertThrows(IllegalArgumentException.class, () -> Cidr.parse("10.1.2.3/16")).getMessage();
    assertTrue(said.contains("did you mean 10.1.0.0/16?"), said);
  }

  @Property
  void aRangeIsReadAsItIsWrittenAndHoldsWhatSharesItsBits(
      @ForAll @Size(4) byte[] one,
      @ForAll @Size(4) byte[] other,
      @ForAll @IntRange(max = 32) int length)
      throws UnknownHostException {
    int mask = length == 0 ? 0 : -1 << (32 - length);
    byte[] first = octets(number(one) & mask);
    Cidr cidr = new Cidr(InetAddress.getByAddress(first), length);
    assertEquals(cidr, Cidr.parse(cidr.toString()));
    assertEquals(
        (number(other) & mask) == (number(one) & mask),
        cidr.contains(InetAddress.getByAddress(other)));
  }

  private static int number(byte[] octets) {
    return ByteBuffer.wrap(octets).getInt();
  }

  private static byte[] octets(int number) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
  }

  /** Beside a regular expression of the same meaning. */
  @Property(tries = 5000)
  void aPatternMatchesAsItsRegularExpressionDoes(
      @ForAll @StringLength(min = 1, max = 8) @CharRange(from = 'a', to = 'c') String name,
      @ForAll @StringLength(min = 1, max = 8) @CharRange(from = 'a', to = 'd') String form) {
    String text = form.replace('d', '*');
    if (text.contains("**") || text.equals("*")) {
      return;
    }
    boolean expected = Pattern.matches(text.replace("*", ".*"), name);
    assertEquals(expected, new HostPattern(text).matches(new HostId(name)), text + " " + name);
  }

  @Test
  void aPatternOfManyStarsIsDecidedAtOnce() {
    HostPattern pattern = new HostPattern("a*".repeat(100) + "b");
    assertFalse(pattern.matches(new HostId("a".repeat(253))));
  }

  @Test
  void aPatternKnowsHowNarrowItIs() {
    assertTrue(new HostPattern("node-7").isExact());
    assertFalse(new HostPattern("node-*").isExact());
    assertEquals(5, new HostPattern("node-*").literals());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "*", "**", "a**b", "A", "a b", "a/b", "a\n", "?", "[a]", "-.*"})
  void whatIsNoPatternIsRefused(String text) {
    assertThrows(IllegalArgumentException.class, () -> new HostPattern(text));
  }

  @Test
  void aPlaceIsSaidInFewPlainWords() {
    Map<String, String> many =
        IntStream.range(0, 17).boxed().collect(Collectors.toMap(i -> "k" + i, i -> ""));
    assertEquals("eu/1.a_b-c", new Topology("eu/1.a_b-c", "", Map.of("a", "")).zone());
    for (String wrong : new String[] {"a b", "\n", "é", "a".repeat(64), "\"", ":"}) {
      assertThrows(IllegalArgumentException.class, () -> new Topology(wrong, "", Map.of()));
      assertThrows(IllegalArgumentException.class, () -> new Topology("", wrong, Map.of()));
      assertThrows(IllegalArgumentException.class, () -> new Topology("", "", Map.of(wrong, "")));
      assertThrows(IllegalArgumentException.class, () -> new Topology("", "", Map.of("a", wrong)));
    }
    assertThrows(IllegalArgumentException.class, () -> new Topology("", "", Map.of("", "a")));
    assertThrows(IllegalArgumentException.class, () -> new Topology("", "", many));
  }
}
