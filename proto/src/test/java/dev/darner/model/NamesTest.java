package dev.darner.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Locale;
import java.util.function.Function;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Names that come from outside and end up in keys, paths and URLs. */
class NamesTest {
  private static final String SAFE = "[a-z0-9]+([-a-z0-9._]*[a-z0-9])?";

  @Provide
  Arbitrary<String> hostile() {
    return Hostile.text();
  }

  @Provide
  Arbitrary<String> label() {
    return Arbitraries.strings().withCharRange('a', 'z').withCharRange('0', '9').ofLength(6);
  }

  /** What a constructor makes of a text, as text again; null when it refuses. */
  private static String accepted(Function<String, ?> constructor, String text) {
    try {
      return constructor.apply(text).toString();
    } catch (IllegalArgumentException e) {
      assertTrue(e.getMessage().length() < 1000, "a message has a bound");
      assertTrue(e.getMessage().chars().allMatch(c -> c >= ' ' && c < 0x7f), e.getMessage());
      return null;
    }
  }

  @Property
  void aHostOrClusterNameIsSafeInAKeyAndAPathOrRefused(@ForAll("hostile") String text) {
    String host = accepted(HostId::new, text);
    assertEquals(host, accepted(ClusterId::new, text));
    if (host != null) {
      assertEquals(text, host);
      assertTrue(text.length() <= 253);
      assertTrue(text.matches(SAFE), text);
      assertFalse(text.contains(".."));
    }
  }

  @Property
  void ordinaryNamesAreTaken(@ForAll("label") String one, @ForAll("label") String other) {
    String name = one + "." + other + "-" + one;
    assertEquals(name, new HostId(name).text());
    assertEquals(name, new ClusterId(name).toString());
  }

  @Property
  void aRepositoryIsSafeInAPathOrRefused(@ForAll("hostile") String text) {
    String repository = accepted(name -> new Repository("docker.io", name), text);
    if (repository != null) {
      assertEquals("docker.io/" + text, repository);
      assertTrue(text.length() <= 255);
      for (String component : text.split("/", -1)) {
        assertTrue(component.matches(SAFE), text);
        assertFalse(component.contains(".."));
      }
    }
  }

  @Property
  void aRegistryHasOneName(@ForAll("hostile") String text) {
    String canonical = accepted(Repository::canonicalRegistry, text);
    if (canonical != null) {
      assertTrue(text.chars().allMatch(c -> c > ' ' && c < 0x7f), "only ASCII means a registry");
      assertEquals(canonical, Repository.canonicalRegistry(canonical));
      assertEquals(canonical, Repository.canonicalRegistry(text.toUpperCase(Locale.ROOT)));
      assertFalse(canonical.contains("..") || canonical.contains("/"));
    }
  }

  @Property
  void aRegistrysPortIsAPort(
      @ForAll("label") String host, @ForAll @IntRange(max = 99_999) int port) {
    String registry = host + ":" + port;
    boolean possible = port <= 65_535;
    assertEquals(possible, accepted(Repository::canonicalRegistry, registry) != null);
  }

  @Example
  void dockerHubsNamesAreOne() {
    for (String name : new String[] {"docker.io", "Index.Docker.io", "registry-1.docker.io"}) {
      assertEquals("docker.io/a/b", new Repository(name, "a/b").toString());
    }
  }

  @Property
  void anAddressIsReadAsItIsWritten(
      @ForAll("label") String host, @ForAll @IntRange(max = 65_535) int port) {
    HostAddress address = new HostAddress(host + ".example", port);
    assertEquals(address, HostAddress.parse(address.toString()));
    assertEquals(host + ".example:" + port, address.toString());
  }

  @Property
  void anIpv6AddressIsReadAsItIsWritten(
      @ForAll @IntRange(max = 0xffff) int group, @ForAll @IntRange(max = 65_535) int port) {
    String host = "2001:db8::" + Integer.toHexString(group);
    HostAddress address = HostAddress.parse("[" + host + "]:" + port);
    assertEquals(new HostAddress(host, port), address);
    String spelled = "2001:db8:0:0:0:0:0:" + Integer.toHexString(group);
    assertEquals("[" + spelled + "]:" + port, address.toString());
    assertEquals(spelled, new HostAddress(host.toUpperCase(Locale.ROOT), port).host());
  }

  @Property
  void whateverIsAnAddressIsReadAsItIsWritten(
      @ForAll("hostile") String host, @ForAll @IntRange(max = 65_535) int port) {
    String address = accepted(text -> new HostAddress(text, port), host);
    if (address != null) {
      assertTrue(host.length() <= 253);
      assertEquals(new HostAddress(host, port), HostAddress.parse(address));
    }
  }

  @Example
  void anIpv6AddressMayNameItsZone() {
    HostAddress address = new HostAddress("FE80::1%Eth0", 8472);
    assertEquals("[fe80:0:0:0:0:0:0:1%Eth0]:8472", address.toString());
    assertEquals(address, HostAddress.parse("[fe80::1%Eth0]:8472"));
    assertEquals(new HostAddress("::", 0), HostAddress.parse("[::]:0"));
  }

  /** Home seeds are chosen by the text: one seed must have one, however it came to be known. */
  @Property
  void anAddressHasOneSpelling(
      @ForAll("hostile") String host, @ForAll @IntRange(max = 65_535) int port) {
    if (accepted(text -> new HostAddress(text, port), host) != null) {
      HostAddress address = new HostAddress(host, port);
      assertEquals(address, new HostAddress(address.host(), port));
      assertEquals(address, HostAddress.parse(address.toString()));
      assertEquals(address.host(), new HostAddress(address.host(), port).host());
    }
  }

  @Example
  void spellingsOfOneAddressAreEqual() {
    assertEquals(new HostAddress("seed-1.example", 1), new HostAddress("Seed-1.EXAMPLE", 1));
    assertEquals(new HostAddress("10.0.0.1", 1), new HostAddress("::ffff:10.0.0.1", 1));
    assertEquals(new HostAddress("FD00:0::1", 1), HostAddress.parse("[fd00::0001]:1"));
    assertTrue(new HostAddress("fd00::1", 1).isIp());
    assertTrue(new HostAddress("10.0.0.1", 1).isIp());
    assertFalse(new HostAddress("10.example", 1).isIp());
  }

  @Property
  void whateverIsNoAddressIsRefused(@ForAll("hostile") String text) {
    String address = accepted(HostAddress::parse, text);
    if (address != null) {
      assertEquals(address, HostAddress.parse(address).toString());
    }
  }

  @Property
  void aPortIsAtMost65535(@ForAll @IntRange(min = 65_536) int port) {
    assertThrows(IllegalArgumentException.class, () -> new HostAddress("a", port));
    assertThrows(IllegalArgumentException.class, () -> new HostAddress("a", -port));
    assertThrows(IllegalArgumentException.class, () -> HostAddress.parse("a:" + port));
  }
}
