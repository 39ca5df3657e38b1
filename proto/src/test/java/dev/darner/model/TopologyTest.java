package dev.darner.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.darner.model.Topology.Nearness;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopologyTest {

  @Test
  void theOwnZoneIsNearerThanTheRegionAndThatThanOthers() {
    Topology here = topology("a", "west");
    assertEquals(Nearness.ZONE, here.to(topology("a", "west")));
    assertEquals(Nearness.REGION, here.to(topology("b", "west")));
    assertEquals(Nearness.ELSEWHERE, here.to(topology("a", "east")));
    assertEquals(Nearness.ZONE, Topology.UNKNOWN.to(Topology.UNKNOWN));
  }

  @ParameterizedTest
  @CsvSource({
    "10.1.2.3:8472, 10.1.2.0-24",
    "[2001:db8:0:7::5]:8472, 2001-db8-0-7-64",
    "node-7.example:8472, ''",
    "[fe80::1%eth0]:8472, ''"
  })
  void aHostOfNoZoneStandsInItsNetwork(String address, String zone) {
    assertEquals(zone, Topology.UNKNOWN.at(HostAddress.parse(address)).zone());
    assertEquals("a", topology("a", "").at(HostAddress.parse(address)).zone());
  }

  @Test
  void labelsAreSharedWhenTheirValuesAreOne() {
    Topology one = new Topology("", "", Map.of("rack", "7", "pool", "gpu"));
    assertEquals(1, one.shared(new Topology("", "", Map.of("rack", "7", "pool", "cpu"))));
    assertEquals(0, one.shared(Topology.UNKNOWN));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "a/b", "-", ".x", "\u0001", "\u00e9", "a\n"})
  void whatIsNoWordIsNoZone(String zone) {
    assertThrows(IllegalArgumentException.class, () -> topology(zone, ""));
    assertThrows(IllegalArgumentException.class, () -> topology("", zone));
    assertThrows(IllegalArgumentException.class, () -> new Topology("", "", Map.of("rack", zone)));
  }

  @Test
  void thereAreBounds() {
    assertThrows(IllegalArgumentException.class, () -> topology("z".repeat(64), ""));
    Map<String, String> many =
        IntStream.range(0, 17).boxed().collect(Collectors.toMap(n -> "l" + n, n -> "v"));
    assertThrows(IllegalArgumentException.class, () -> new Topology("", "", many));
  }

  private static Topology topology(String zone, String region) {
    return new Topology(zone, region, Map.of());
  }
}
