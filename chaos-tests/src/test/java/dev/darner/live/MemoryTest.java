package dev.darner.live;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.Digest;
import dev.darner.rig.Await;
import dev.darner.rig.Content;
import dev.darner.rig.Download;
import dev.darner.rig.LiveRig;
import dev.darner.rig.RateLimitedOrigin;
import dev.darner.rig.Sidecar;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Memory does not grow with the number of tasks, nor with their size. */
@Tag("live")
class MemoryTest {
  private static final int TASKS = 50;
  private static final long SIZE = 1L << 30;
  private static final long LIMIT = 256L << 20;

  /** When every task has come so far, each has had many pieces, and none is whole. */
  private static final long EACH = 24L << 20;

  /**
   * Of the origin, for all together: it serves those who ask by turns, so that none is at its end
   * before the last has begun. More than a node gets of most registries.
   */
  private static final long RATE = 100L << 20;

  private static final Duration TO_MOVE = Duration.ofMinutes(3);

  @RegisterExtension final LiveRig rig = new LiveRig();

  @Test
  void fiftyTasksOfAGigabyteAtOnceStayBelowTheLimit() {
    RateLimitedOrigin origin = RateLimitedOrigin.start(rig, RATE);
    String allow = "http://" + origin.address();
    Sidecar first = Sidecar.start(rig, "n1", "--seed", "--allow", allow);
    Sidecar second = Sidecar.start(rig, "n2", "--seeds", first.peer(), "--allow", allow);

    List<Download> downloads = new ArrayList<>();
    for (int i = 0; i < TASKS; i++) {
      Digest digest = offer(origin, i);
      downloads.add(
          Download.start(
              rig, second.blobUrl(origin.address(), RateLimitedOrigin.REPOSITORY, digest)));
    }
    Await.until(
        "every task is in its middle",
        TO_MOVE,
        () -> downloads.stream().allMatch(download -> download.received() > EACH));

    assertTrue(downloads.stream().noneMatch(Download::isEnded), "all are still under way");
    assertBelowLimit(first, "reads the origin");
    assertBelowLimit(second, "reads a peer");
  }

  /** Their digests are of other bytes: a task that were read to its end would fail. */
  private static Digest offer(RateLimitedOrigin origin, int number) {
    Digest digest = Digest.sha256(("task " + number).getBytes(StandardCharsets.UTF_8));
    origin.add(Content.random(number, SIZE), digest, RateLimitedOrigin.Fault.NONE);
    return digest;
  }

  private static void assertBelowLimit(Sidecar sidecar, String what) {
    long peak = sidecar.peakRssBytes();
    System.out.printf(
        "%d tasks of %d MiB at once: the sidecar that %s has %d MiB resident, %d at its peak%n",
        TASKS, SIZE >> 20, what, sidecar.rssBytes() >> 20, peak >> 20);
    assertTrue(peak < LIMIT, () -> sidecar.name() + " had " + (peak >> 20) + " MiB resident");
  }
}
