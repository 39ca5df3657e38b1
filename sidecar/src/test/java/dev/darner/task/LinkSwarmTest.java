package dev.darner.task;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How close {@link LinkSwarm}s come to what their links allow. No piece is ever taken twice. */
class LinkSwarmTest {

  /**
   * @param most times the bound that the last host may take
   * @param copies that the origin's reader may give
   */
  private static void run(LinkSwarm.Scene scene, double most, double copies) {
    LinkSwarm swarm = new LinkSwarm(scene, 1).run();
    double ratio = swarm.last() / scene.bound();
    double given = swarm.reader().up.moved / (scene.megabytes() * (double) (1 << 20));
    String result = "%.2f times the bound, %.2f copies from the reader".formatted(ratio, given);
    List<Long> wasted = swarm.hosts.values().stream().map(host -> host.wasted).toList();
    assertTrue(ratio <= most && given <= copies, () -> scene + ": " + result);
    assertTrue(wasted.stream().allMatch(bytes -> bytes <= 8 << 20), () -> "wasted " + wasted);
  }

  @ParameterizedTest
  @CsvSource({"1, 1.15", "4, 1.15", "8, 1.2"})
  void sixHostsComeCloseToWhatTheirLinksAllow(int layers, double most) {
    run(LinkSwarm.Scene.equal(6, 256, layers), most, 1.15);
  }

  @Test
  void twoHostsAndThreeToo() {
    run(LinkSwarm.Scene.equal(2, 128, 4), 1.15, 1.01);
    run(LinkSwarm.Scene.equal(3, 128, 4), 1.15, 1.15);
  }

  @Test
  void thirtyHostsOfWhichEachKnowsEight() {
    run(LinkSwarm.Scene.equal(30, 256, 4), 1.75, 1.75);
  }

  @Test
  void whereEveryWordTakesLong() {
    run(LinkSwarm.Scene.equal(6, 256, 4).withLatency(Duration.ofMillis(50)), 1.4, 1.3);
  }
}
