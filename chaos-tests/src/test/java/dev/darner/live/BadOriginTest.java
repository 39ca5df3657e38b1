package dev.darner.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.Digest;
import dev.darner.rig.Await;
import dev.darner.rig.Content;
import dev.darner.rig.Download;
import dev.darner.rig.Etcd;
import dev.darner.rig.Functions;
import dev.darner.rig.LiveRig;
import dev.darner.rig.RateLimitedOrigin;
import dev.darner.rig.RateLimitedOrigin.Fault;
import dev.darner.rig.Sidecar;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a bad origin sends never ends as a good answer, and nobody keeps it. */
@Tag("live")
class BadOriginTest {
  private static final long SIZE = 20_000_000;
  private static final Duration TO_END = Duration.ofSeconds(60);

  @RegisterExtension final LiveRig rig = new LiveRig();

  private RateLimitedOrigin origin;
  private Etcd etcd;
  private Sidecar first;
  private Sidecar second;

  @BeforeEach
  void startAll() {
    origin = RateLimitedOrigin.start(rig, Long.MAX_VALUE);
    etcd = Etcd.start(rig);
    String functions = Functions.start(rig, etcd).url();
    String allow = "http://" + origin.address();
    first = Sidecar.start(rig, "n1", "--seed", "--functions", functions, "--allow", allow);
    second = Sidecar.start(rig, "n2", "--functions", functions, "--allow", allow);
  }

  @Test
  void aWrongByteReachesNoClientAsAWholeBlobAndIsNeverSealed() {
    Digest digest = Content.random(7, SIZE).digest();
    origin.add(Content.random(7, SIZE), digest, Fault.wrongByteAt(SIZE / 2));

    assertNoWholeAnswer(second, digest);
    assertNoWholeAnswer(first, digest);

    assertNobodyKeeps(digest);
    assertOnlyAGoodBlobIsAnnounced(digest);
    Await.until("nobody holds a part of what is wrong", TO_END, () -> holders(digest).isEmpty());
  }

  @Test
  void anOriginThatAlwaysBreaksOffReachesNoClientAsAWholeBlob() {
    Digest digest = Content.random(8, SIZE).digest();
    origin.add(
        Content.random(8, SIZE),
        digest,
        (offset, bytes, length) -> {
          if (offset > SIZE / 2) {
            throw new IOException("the origin breaks off");
          }
        });

    assertNoWholeAnswer(second, digest);

    assertNobodyKeeps(digest);
    assertOnlyAGoodBlobIsAnnounced(digest);
  }

  private void assertNoWholeAnswer(Sidecar sidecar, Digest digest) {
    Download download = Download.start(rig, blobUrl(sidecar, digest));
    Download.Ended ended = download.finish(TO_END);
    assertTrue(
        ended.status() >= 500 || !ended.complete(), () -> sidecar.name() + " answered: " + ended);
    assertTrue(download.received() < SIZE, "the last bytes left before the seal");
  }

  private void assertNobodyKeeps(Digest digest) {
    for (Sidecar sidecar : new Sidecar[] {first, second}) {
      assertTrue(sidecar.alive());
      assertFalse(sidecar.task(digest).path("state").asString("").equals("sealed"));
      assertTrue(
          sidecar.filesOf(digest).stream().noneMatch(file -> file.toString().contains("blobs")),
          () -> sidecar.filesOf(digest).toString());
    }
  }

  /**
   * What was announced of the bad one is known once both hosts have announced a later, good one.
   */
  private void assertOnlyAGoodBlobIsAnnounced(Digest bad) {
    Digest good = assertServesAGoodBlob();
    Await.until("both hosts announce the good blob", TO_END, () -> sealedHolders(good) == 2);
    assertEquals(0, sealedHolders(bad));
  }

  private List<String> holders(Digest digest) {
    return etcd.getPrefix("/darner/v1/holders/" + Sidecar.CLUSTER + "/" + digest);
  }

  private long sealedHolders(Digest digest) {
    return holders(digest).stream().filter(BadOriginTest::saysSealed).count();
  }

  private static boolean saysSealed(String value) {
    return value.replace(" ", "").contains("\"sealed\":true");
  }

  private Digest assertServesAGoodBlob() {
    Digest good = origin.add(Content.random(9, SIZE));
    Download.Ended ended = Download.start(rig, blobUrl(second, good)).finish(TO_END);
    assertTrue(ended.complete(), ended::toString);
    assertEquals(good, ended.digest());
    return good;
  }

  private String blobUrl(Sidecar sidecar, Digest digest) {
    return sidecar.blobUrl(origin.address(), RateLimitedOrigin.REPOSITORY, digest);
  }
}
