package dev.darner.sidecar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class RehearsalTest {
  private static final long LAYERS = 2L * (3 << 20);

  @TempDir Path folder;

  private SidecarConfig told() {
    return Told.onLoopback(folder);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  @Test
  void everyNodePullsTheWholeTwiceAndTakesItFromItsPeersToo() {
    Rehearsal.Outcome outcome = Rehearsal.play(told(), 2, 3);

    assertTrue(outcome.image() > LAYERS, outcome::toString);
    assertEquals(6, outcome.pulls());
    assertEquals(6 * outcome.image(), outcome.pulled());
    // Three nodes pulled: without their peers the origin would have sent three images.
    assertTrue(outcome.fromOrigin() >= LAYERS, outcome::toString);
    assertTrue(outcome.fromOrigin() < 3 * LAYERS, outcome::toString);
  }

  @Test
  void whatWasInTheFolderIsAllThatIsLeftThere() throws Exception {
    Path kept = Files.writeString(folder.resolve("kept"), "kept");
    Rehearsal.play(told(), 1, 1);

    assertEquals(List.of(kept), files());
  }
}
