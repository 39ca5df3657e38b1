package dev.darner.controlplane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.darner.model.HostAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SeedListTest {

  @Test
  void nothingIsNoSeed() {
    assertEquals(SeedList.NONE, SeedList.parse(""));
    assertEquals(SeedList.NONE, SeedList.parse(" "));
  }

  @Test
  void severalAreTakenAsTheyAreWrittenInOneSpelling() {
    assertEquals(
        fixed("node-a:8472", "10.0.0.1:8472", "[fd00:0:0:0:0:0:0:1]:8472"),
        SeedList.parse("Node-A:8472, 10.0.0.1:8472,[fd00::1]:8472,node-a:8472"));
  }

  @Test
  void oneIpAddressIsAnAddressAndOneNameIsLookedUp() {
    assertEquals(fixed("127.0.0.1:8472"), SeedList.parse("127.0.0.1:8472"));
    assertEquals(
        new SeedList(List.of(), Optional.of(new HostAddress("seeds.example", 8472))),
        SeedList.parse("seeds.example:8472"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"seeds.example", "a:1,", "a:b", "a:0,b:1", "a:99999", "a b:1", "//a:1"})
  void whatIsNoSeedIsRefused(String text) {
    assertThrows(IllegalArgumentException.class, () -> SeedList.parse(text));
  }

  private static SeedList fixed(String... addresses) {
    return new SeedList(
        List.of(addresses).stream().map(HostAddress::parse).toList(), Optional.empty());
  }
}
