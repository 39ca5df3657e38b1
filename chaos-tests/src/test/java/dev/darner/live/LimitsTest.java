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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What a sidecar gives and takes a second is what its configuration file says, also when that
 * changes. The best of a few pulls counts: a busy machine makes a pull slower. Each is long against
 * the eighth of a second that may be saved up.
 */
@Tag("live")
class LimitsTest {
  private static final double LOW = 8e6;
  private static final double HIGH = 16e6;
  private static final int SECONDS = 4;
  private static final int TRIES = 3;
  private static final double TENTH = 0.1;
  private static final Duration TO_MOVE = Duration.ofSeconds(60);
  private static final Duration TO_PULL = Duration.ofMinutes(2);

  @RegisterExtension final LiveRig rig = new LiveRig();

  private RateLimitedOrigin origin;
  private String allow;
  private int contents;

  @BeforeEach
  void startOrigin() {
    origin = RateLimitedOrigin.start(rig, Long.MAX_VALUE);
    allow = "http://" + origin.address();
  }

  @Test
  void whatIsTakenASecondFollowsTheFile() throws IOException {
    Path file = rig.folder("config").resolve("taker.yaml");
    write(file, "download-limit: 8MB");
    Sidecar taker = Sidecar.start(rig, "taker", "--allow", allow, "--config", file.toString());

    assertRate("taken", LOW, taker, taker);
    write(file, "download-limit: 16MB");
    awaitTold(taker, "download-limit", HIGH);
    assertRate("taken", HIGH, taker, taker);
  }

  @Test
  void whatIsGivenASecondFollowsTheFile() throws IOException {
    Path file = rig.folder("config").resolve("giver.yaml");
    write(file, "upload-limit: 8MB");
    Sidecar giver =
        Sidecar.start(rig, "giver", "--seed", "--allow", allow, "--config", file.toString());
    Sidecar taker = Sidecar.start(rig, "taker", "--seeds", giver.peer(), "--allow", allow);

    assertRate("given", LOW, giver, taker);
    write(file, "upload-limit: 16MB");
    awaitTold(giver, "upload-limit", HIGH);
    assertRate("given", HIGH, giver, taker);
  }

  private static void write(Path file, String line) throws IOException {
    Files.writeString(file, line + "\n");
  }

  private static void awaitTold(Sidecar sidecar, String setting, double rate) {
    Await.until(
        setting + " was told",
        TO_MOVE,
        () -> sidecar.adminGet("/api/v1/settings").contains(Long.toString((long) rate)));
  }

  /** The best of some pulls, each of other bytes, comes within a tenth of the rate. */
  private void assertRate(String what, double wanted, Sidecar holder, Sidecar puller) {
    double best = 0;
    for (int i = 0; i < TRIES && best < wanted * (1 - TENTH); i++) {
      Digest digest = origin.add(Content.random(++contents, (long) (SECONDS * wanted)));
      if (holder != puller) {
        var _ = pull(holder, digest);
      }
      best = Math.max(best, pull(puller, digest));
    }
    System.out.printf("%s %.2f MB/s of %.0f MB/s%n", what, best / 1e6, wanted / 1e6);
    assertEquals(wanted, best, wanted * TENTH, what);
  }

  /** Bytes a second. */
  private double pull(Sidecar sidecar, Digest digest) {
    long start = System.nanoTime();
    Download download =
        Download.start(
            rig, sidecar.blobUrl(origin.address(), RateLimitedOrigin.REPOSITORY, digest));
    Download.Ended ended = download.finish(TO_PULL);
    assertTrue(ended.complete(), ended::toString);
    assertEquals(digest, ended.digest());
    return download.received() / ((System.nanoTime() - start) / 1e9);
  }
}
