package dev.darner.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.rig.DockerRegistry;
import dev.darner.rig.LiveRig;
import dev.darner.rig.Part;
import dev.darner.rig.Quickstart;
import dev.darner.rig.RealImage;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The first command that anybody runs. */
@Tag("live")
class QuickstartTest {
  private static final Duration TO_FINISH = Duration.ofMinutes(5);
  private static final long LEAST_IMAGE = 100_000_000;
  private static final double MOST_COPIES = 1.02;

  @RegisterExtension final LiveRig rig = new LiveRig();

  @Test
  void threeNodesGetAnImageThatTheOriginSendsOnceAndNothingIsLeft() {
    Quickstart quickstart = Quickstart.start(rig, "--json");
    quickstart.awaitProcesses(4, TO_FINISH);

    assertTrue(assertShared(quickstart) >= LEAST_IMAGE);
  }

  @Test
  void anImageOfARealRegistryReachesAllNodesAndIsReadOnce() {
    Part.print("quickstart --image", Part.DOCKER_REGISTRY, Part.SKOPEO);
    RealImage image = RealImage.get(rig);
    DockerRegistry registry = DockerRegistry.holding(rig, image, Swarm.REPOSITORY);
    String name = registry.address() + "/" + Swarm.REPOSITORY + ":" + RealImage.TAG;
    Quickstart quickstart = Quickstart.start(rig, "--json", "--image", name);

    assertEquals(image.size() + image.manifestSize(), assertShared(quickstart));
    Swarm.assertReadOnce(registry, image);
  }

  /** Waits for its end, checks what it tells and that nothing is left; returns the image's size. */
  private static long assertShared(Quickstart quickstart) {
    JsonNode report = new JsonMapper().readTree(quickstart.finish(TO_FINISH));
    System.out.println("quickstart: " + report);
    assertEquals(3, report.path("nodes").size());
    long image = report.path("imageBytes").asLong();
    assertTrue(report.path("originRatio").asDouble() <= MOST_COPIES, report::toString);
    for (JsonNode node : report.path("nodes")) {
      assertTrue(node.path("verified").asBoolean(), report::toString);
      assertEquals(
          image,
          node.path("originBytes").asLong() + node.path("peerBytes").asLong(),
          report::toString);
    }
    assertNothingIsLeft(quickstart);
    return image;
  }

  private static void assertNothingIsLeft(Quickstart quickstart) {
    assertEquals(List.of(), quickstart.running());
    assertEquals(List.of(), quickstart.leftovers());
  }

  @Test
  void nothingIsLeftOfOneThatIsEndedWhileItPacks() {
    Quickstart quickstart = Quickstart.start(rig);
    quickstart.awaitFile("jlink.log", TO_FINISH);
    quickstart.terminate();
    assertNothingIsLeft(quickstart);
  }

  @Test
  void nothingIsLeftOfOneThatIsEndedWhileItPulls() {
    Quickstart quickstart = Quickstart.start(rig);
    quickstart.awaitFile("node-1/store.lock", TO_FINISH);
    quickstart.awaitProcesses(4, TO_FINISH);
    quickstart.terminate();
    assertNothingIsLeft(quickstart);
  }

  @Test
  void nothingIsLeftOfOneThatIsEndedWithAllItsNodes() {
    Quickstart quickstart = Quickstart.start(rig);
    quickstart.awaitProcesses(4, TO_FINISH);
    quickstart.terminateAll();
    assertNothingIsLeft(quickstart);
  }
}
