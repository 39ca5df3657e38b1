package dev.darner.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.rig.Darner;
import dev.darner.rig.LiveRig;
import dev.darner.rig.Part;
import dev.darner.rig.RealProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The benchmarks run, and what they print makes sense. How fast anything is says no test. */
@Tag("live")
class BenchTest {
  private static final Duration LONGEST = Duration.ofMinutes(4);
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @RegisterExtension final LiveRig rig = new LiveRig();

  @Test
  void theScenariosOfOneMachineRunAndLeaveNothing() throws IOException {
    Part.print("the bench", Part.NGINX, Part.CURL, Part.OPENSSL);
    Path work = rig.folder("work");

    JsonNode reports =
        bench(work, "hop warm cold small idle load --scale 1 --rounds 1 --settle 1s");

    assertEquals(6, reports.size());
    reports.forEach(BenchTest::assertFiguresMakeSense);
    assertEquals(0, value(reports.get(1), "errors"), "no client had an error");
    assertEmpty(work);
  }

  @Test
  void aSwarmReadsTheOriginOnce() throws IOException {
    Part.print("the swarm", Part.NGINX, Part.CURL, Part.IP, Part.TC);
    Path work = rig.folder("work");

    JsonNode report = bench(work, "swarm --nodes 2 --rounds 2 --image-size 8MiB --layers 2").get(0);

    assertFiguresMakeSense(report);
    assertEquals(2, report.path("cases").size());
    for (JsonNode image : report.path("cases")) {
      assertEquals(1.0, value(image, "origin's bytes / image's bytes"), 0.02);
    }
    assertEmpty(work);
    assertTrue(
        !rig.process("netns", Part.IP.command("netns", "list"))
            .finish(Duration.ofSeconds(10))
            .contains("darner-"),
        "no namespace is left");
  }

  @Test
  void hostsThatDoNotExistLoadTheControlPlane() throws IOException {
    Part.print("the load", Part.ETCD, Part.ETCDCTL);
    Path work = rig.folder("work");
    String few = "--hosts 30 --layers 2 --replicas 2 --join-rate 200 --hold 1s";

    JsonNode reports = bench(work, "control coldstart --scale 10 --rounds 1 --settle 1s " + few);

    reports.forEach(BenchTest::assertFiguresMakeSense);
    JsonNode control = reports.get(0).path("cases");
    assertEquals(5, control.size());
    assertTrue(value(control.get(1), "told to read the origin") <= 2, "one for each layer");
    assertTrue(value(control.get(2), "database in use") > 0);
    assertTrue(value(control.get(4), "calls/s") > 0);
    assertTrue(value(reports.get(1), "first decision") > 0);
    assertEmpty(work);
  }

  @Test
  void anUnknownScenarioIsNamedBesideThoseThatThereAre() {
    RealProcess process = Darner.start(rig, "darner", "bench", "hopp");

    assertEquals(1, process.exit(LONGEST));
    assertTrue(
        process.stderr().contains("no scenario 'hopp'; there are cold, coldstart, control, hop"));
  }

  private JsonNode bench(Path work, String arguments) {
    List<String> line = new ArrayList<>(List.of("bench", "--json", "--work", work.toString()));
    line.addAll(List.of(arguments.split(" ", -1)));
    RealProcess process = Darner.start(rig, "darner", line.toArray(String[]::new));
    return JSON.readTree(process.finish(LONGEST)).path("reports");
  }

  private static void assertFiguresMakeSense(JsonNode report) {
    List<JsonNode> figures = report.findValues("figures");
    assertTrue(!figures.isEmpty(), report::toString);
    for (JsonNode side : figures) {
      for (JsonNode figure : side) {
        double median = figure.path("median").asDouble(-1);
        assertTrue(median >= figure.path("min").asDouble() && median >= 0, figure::toString);
        assertTrue(median <= figure.path("max").asDouble(), figure::toString);
      }
    }
  }

  /** The first figure of that name. */
  private static double value(JsonNode report, String name) {
    return report.findValues("figures").stream()
        .flatMap(JsonNode::valueStream)
        .filter(figure -> figure.path("name").asString().equals(name))
        .findFirst()
        .orElseThrow()
        .path("median")
        .asDouble();
  }

  private static void assertEmpty(Path folder) throws IOException {
    try (Stream<Path> left = Files.list(folder)) {
      assertEquals(List.of(), left.toList());
    }
  }
}
