package dev.darner.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.Digest;
import dev.darner.rig.Await;
import dev.darner.rig.Content;
import dev.darner.rig.Download;
import dev.darner.rig.LiveRig;
import dev.darner.rig.RateLimitedOrigin;
import dev.darner.rig.Sidecar;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The first bytes reach the last host of a chain while the origin is still sending. */
@Tag("live")
class SlowOriginTest {
  private static final long BYTES_PER_SECOND = 2_000_000;
  private static final long SIZE = 40_000_000;
  private static final long MEGABYTE = 1_000_000;
  private static final Duration TO_MOVE = Duration.ofSeconds(60);

  @RegisterExtension final LiveRig rig = new LiveRig();

  @Test
  void theFirstMegabyteIsAtASecondHostLongBeforeTheOriginHasSentTheLast() {
    RateLimitedOrigin origin = RateLimitedOrigin.start(rig, BYTES_PER_SECOND);
    Digest digest = origin.add(Content.random(5, SIZE));
    String allow = "http://" + origin.address();
    Sidecar first = Sidecar.start(rig, "n1", "--seed", "--allow", allow);
    Sidecar second = Sidecar.start(rig, "n2", "--seeds", first.peer(), "--allow", allow);

    long start = System.nanoTime();
    Download download = Download.start(rig, blobUrl(second, origin, digest));
    Await.until("the first megabyte came", TO_MOVE, () -> download.received() >= MEGABYTE);
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    long sentByThen = origin.sent(digest);

    System.out.printf(
        "first MB at the second sidecar after %.1f s; the origin had sent %.1f of %.0f MB by then%n",
        took.toMillis() / 1e3, sentByThen / 1e6, SIZE / 1e6);
    assertTrue(sentByThen < SIZE / 4, () -> "the origin had sent " + sentByThen);
    Download.Ended ended = download.finish(TO_MOVE);
    assertTrue(ended.complete(), ended::toString);
    assertEquals(digest, ended.digest());
    assertEquals(1, origin.reads(digest).size(), () -> origin.reads(digest).toString());
    assertEquals(SIZE, second.peerBytes(digest), () -> second.adminGet("/api/v1/tasks"));
    assertEquals(0, second.task(digest).path("originBytes").asLong());
  }

  private static String blobUrl(Sidecar sidecar, RateLimitedOrigin origin, Digest digest) {
    return sidecar.blobUrl(origin.address(), RateLimitedOrigin.REPOSITORY, digest);
  }
}
