package dev.darner.controlplane;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.darner.model.ClusterId;
import dev.darner.model.Host;
import dev.darner.model.HostAddress;
import dev.darner.model.HostId;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Who is at an address, as it is told. */
class KnownHostsTest {
  private static final HostAddress HERE = new HostAddress("10.0.0.1", 1);
  private static final HostAddress THERE = new HostAddress("10.0.0.1", 2);

  private final FakeClock clock = new FakeClock();
  private final KnownHosts known = new KnownHosts(clock);

  private void told(String name, HostAddress address) {
    known.learn(new Host(new ClusterId("c"), new HostId(name), address, false));
  }

  private static Set<HostId> names(String... names) {
    return Set.of(names).stream().map(HostId::new).collect(Collectors.toSet());
  }

  @Test
  void whatWasToldCountsForAMinute() {
    told("seed", HERE);
    assertEquals(names("seed"), known.at(HERE));
    assertEquals(Set.of(), known.at(THERE));
    clock.advance(Duration.ofMinutes(1));
    assertEquals(names("seed"), known.at(HERE));
    clock.advance(Duration.ofMillis(1));
    assertEquals(Set.of(), known.at(HERE));
    told("seed", HERE);
    assertEquals(names("seed"), known.at(HERE));
  }

  @Test
  void whoSaysThatItIsAtTheAddressOfAnotherDoesNotDriveItAway() {
    told("seed", HERE);
    clock.advance(Duration.ofSeconds(30));
    told("liar", HERE);
    assertEquals(names("seed", "liar"), known.at(HERE));
    clock.advance(Duration.ofSeconds(31));
    assertEquals(names("liar"), known.at(HERE));
    told("seed", HERE);
    assertEquals(names("seed", "liar"), known.at(HERE));
  }

  @Test
  void ofManyAtOneAddressTheLastEightCount() {
    told("seed", HERE);
    IntStream.range(0, 7).forEach(number -> told("n" + number, HERE));
    told("seed", HERE);
    told("n7", HERE);
    assertEquals(names("seed", "n1", "n2", "n3", "n4", "n5", "n6", "n7"), known.at(HERE));
  }

  @Test
  void ofManyAddressesTheLastToldCount() {
    told("seed", HERE);
    told("other", THERE);
    IntStream.range(3, 1025).forEach(port -> told("n", new HostAddress("10.0.0.1", port)));
    told("seed", HERE);
    told("n", new HostAddress("10.0.0.2", 1));
    assertEquals(names("seed"), known.at(HERE));
    assertEquals(Set.of(), known.at(THERE));
  }
}
