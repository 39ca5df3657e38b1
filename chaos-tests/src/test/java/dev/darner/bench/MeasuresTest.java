package dev.darner.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What the benchmarks count and how they sum it up. */
class MeasuresTest {
  private static final double EXACT = 1e-9;

  @Test
  void aFigureTellsMedianAndSpread() {
    Figure odd = Figure.of("x", "s", List.of(3.0, 1.0, 2.0));
    Figure even = Figure.of("x", "s", List.of(4.0, 1.0, 2.0, 3.0));

    assertEquals(new Figure("x", "s", 2, 1, 3, 3), odd);
    assertEquals(2.5, even.median(), EXACT);
    assertThrows(IllegalArgumentException.class, () -> Figure.of("x", "s", List.of()));
  }

  @Test
  void aQuantileLiesBetweenTwoSamples() {
    List<Double> sorted = List.of(0.0, 10.0, 20.0, 30.0, 40.0);

    assertEquals(0, Figure.quantile(sorted, 0), EXACT);
    assertEquals(39.6, Figure.quantile(sorted, 0.99), EXACT);
    assertEquals(40, Figure.quantile(sorted, 1), EXACT);
  }

  @Test
  void ratiosCarryBothNumbers() {
    Side ours = new Side("ours", List.of(Figure.of("bytes/s", "MB/s", List.of(300.0))));
    Side theirs = new Side("theirs", List.of(Figure.of("bytes/s", "MB/s", List.of(400.0))));

    assertEquals(
        new Ratio("bytes/s", "/", "ours", "theirs", 0.75, 300, 400),
        Ratio.between(ours, theirs, "bytes/s"));
    assertEquals(-100, Ratio.difference(ours, theirs, "bytes/s").value(), EXACT);
  }

  @Test
  void theShellTellsWhatItsChildrenUsed() {
    assertEquals(62.75, Pipeline.childrensCpu("0m0.001s 0m0.002s\n1m0.250s 0m2.500s\n"), EXACT);
  }

  @Test
  void ratesAreReadAsTcWritesThem() {
    assertEquals(25e6, Rate.parse("200mbit").bytesPerSecond(), EXACT);
    assertEquals("1gbit", Rate.parse("1Gbit").text());
    for (String none : List.of("", "200", "mbit", "-1mbit", "0mbit", "1.5gbit", "200mbit; rm")) {
      assertThrows(IllegalArgumentException.class, () -> Rate.parse(none), none);
    }
  }

  @Test
  void theBoundIsTheSlowestOfWhatMustHappen() {
    double slowOrigin = SwarmScenario.bound(100, 10, 50, 3);
    double slowLinks = SwarmScenario.bound(100, 1000, 20, 3);
    double fewUplinks = SwarmScenario.bound(100, 101, 100, 1);

    assertEquals(10, slowOrigin, EXACT);
    assertEquals(5, slowLinks, EXACT);
    assertEquals(1, fewUplinks, EXACT);
  }
}
