package dev.darner.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Hosts that stand in two zones, and pull the same together. */
class ZonesTest {
  private static final int HOSTS = 100;
  private static final LinkSwarm.Scene SCENE = LinkSwarm.Scene.equal(HOSTS, 24, 1);

  private final LinkSwarm swarm = LinkSwarm.zoned(SCENE, 2, 1);
  private final ZonedFunctions functions = swarm.functions().orElseThrow();

  @Test
  void mostBytesStayInTheirZone() {
    swarm.run();
    double fetched = swarm.hosts.values().stream().mapToLong(host -> host.fetched).sum();
    double crossed = swarm.hosts.values().stream().mapToLong(host -> host.crossed).sum();
    double ratio = swarm.last() / SCENE.bound();
    assertTrue(
        crossed / fetched < 0.2,
        () -> "%.3f of the bytes cross; %.2f times the bound".formatted(crossed / fetched, ratio));
    assertEquals(1, functions.reads(), "one host reads the origin");
  }

  @Test
  void aCutBetweenThemStarvesNobody() {
    swarm.later(Duration.ofMillis(700), functions::cut);
    swarm.run();
    assertEquals(
        HOSTS,
        swarm.hosts.values().stream().map(host -> host.doneAt).filter(Optional::isPresent).count());
    assertTrue(functions.reads() <= 3, () -> functions.reads() + " hosts were let read");
  }
}
