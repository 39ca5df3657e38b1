package dev.darner.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.Digest;
import dev.darner.rig.Await;
import dev.darner.rig.Content;
import dev.darner.rig.Download;
import dev.darner.rig.LiveRig;
import dev.darner.rig.OriginRead;
import dev.darner.rig.RateLimitedOrigin;
import dev.darner.rig.Sidecar;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A sidecar that was killed goes on where it was. */
@Tag("live")
class ResumeTest {
  private static final long BYTES_PER_SECOND = 8_000_000;
  private static final long SIZE = 64_000_000;
  private static final long KILLED_AT = 32_000_000;

  /** What may be lost: pieces of 1 MiB that were on their way, and bytes in socket buffers. */
  private static final long IN_FLIGHT = 8 << 20;

  private static final Duration TO_MOVE = Duration.ofSeconds(60);

  @RegisterExtension final LiveRig rig = new LiveRig();

  private RateLimitedOrigin origin;
  private Digest digest;
  private String allow;

  @BeforeEach
  void startOrigin() {
    origin = RateLimitedOrigin.start(rig, BYTES_PER_SECOND);
    digest = origin.add(Content.random(6, SIZE));
    allow = "http://" + origin.address();
  }

  @Test
  void theOriginIsNotAskedAgainForWhatHadLanded() {
    Sidecar sidecar = Sidecar.start(rig, "n1", "--allow", allow);
    killInTheMiddle(sidecar);
    long sentBefore = origin.sent(digest);
    int readsBefore = origin.reads(digest).size();

    sidecar.restart();
    finish(sidecar);

    List<OriginRead> later = origin.reads(digest).subList(readsBefore, origin.reads(digest).size());
    System.out.printf("killed after %d bytes; then asked: %s%n", sentBefore, later);
    for (OriginRead read : later) {
      assertTrue(read.start() >= sentBefore - IN_FLIGHT, read::toString);
    }
    assertTrue(origin.sent(digest) <= SIZE + IN_FLIGHT, () -> later.toString());
  }

  @Test
  void aPeerIsNotAskedAgainForWhatHadLanded() {
    Sidecar seed = Sidecar.start(rig, "n1", "--seed", "--allow", allow);
    Sidecar sidecar = Sidecar.start(rig, "n2", "--seeds", seed.peer(), "--allow", allow);
    killInTheMiddle(sidecar);

    sidecar.restart();
    finish(sidecar);

    long again = sidecar.peerBytes(digest);
    System.out.printf("killed after %d bytes; then took %d from the peer%n", KILLED_AT, again);
    assertTrue(again > 0, "it took the rest from the peer");
    assertTrue(again <= SIZE - KILLED_AT + IN_FLIGHT, () -> "taken again: " + again);
    assertEquals(0, sidecar.task(digest).path("originBytes").asLong());
    assertEquals(1, origin.reads(digest).size(), () -> origin.reads(digest).toString());
  }

  private void killInTheMiddle(Sidecar sidecar) {
    Download download = Download.start(rig, blobUrl(sidecar));
    Await.until("half has come", TO_MOVE, () -> download.received() >= KILLED_AT);
    sidecar.kill9();
    assertTrue(!download.finish(TO_MOVE).complete(), "the kill came in the middle");
  }

  private void finish(Sidecar sidecar) {
    Download.Ended ended = Download.start(rig, blobUrl(sidecar)).finish(TO_MOVE);
    assertTrue(ended.complete(), ended::toString);
    assertEquals(digest, ended.digest());
  }

  private String blobUrl(Sidecar sidecar) {
    return sidecar.blobUrl(origin.address(), RateLimitedOrigin.REPOSITORY, digest);
  }
}
