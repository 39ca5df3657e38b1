package dev.darner.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.Digest;
import dev.darner.rig.Await;
import dev.darner.rig.Content;
import dev.darner.rig.Download;
import dev.darner.rig.Etcd;
import dev.darner.rig.Functions;
import dev.darner.rig.LiveRig;
import dev.darner.rig.Part;
import dev.darner.rig.RateLimitedOrigin;
import dev.darner.rig.Sidecar;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The one host that reads an origin for all dies, or stops and lives; three replicas, real etcd.
 */
@Tag("live")
class LostReaderTest {
  private static final long BYTES_PER_SECOND = 4_000_000;
  private static final long SIZE = 60_000_000;
  private static final int HOSTS = 4;
  private static final Duration TO_MOVE = Duration.ofSeconds(60);
  private static final Duration TO_PULL = Duration.ofMinutes(3);

  @RegisterExtension final LiveRig rig = new LiveRig();

  private RateLimitedOrigin origin;
  private Digest digest;
  private List<Sidecar> sidecars;
  private List<Download> pulls;

  @BeforeEach
  void allPull() {
    Part.print("lost readers", Part.ETCD);
    origin = RateLimitedOrigin.start(rig, BYTES_PER_SECOND);
    digest = origin.add(Content.random(9, SIZE));
    Digest small = origin.add(Content.random(8, 1_000));
    Etcd etcd = Etcd.start(rig);
    String functions =
        IntStream.range(0, 3)
            .mapToObj(_ -> Functions.start(rig, etcd).url())
            .collect(Collectors.joining(","));
    String allow = "http://" + origin.address();
    sidecars =
        IntStream.range(0, HOSTS)
            .mapToObj(n -> Sidecar.start(rig, "n" + n, "--functions", functions, "--allow", allow))
            .toList();
    // The first call of a new process loads much, and may be too late.
    sidecars.forEach(sidecar -> finish(pull(sidecar, small), small));
    pulls = sidecars.stream().map(sidecar -> pull(sidecar, digest)).toList();
    Await.until("a part was read", TO_MOVE, () -> origin.sent(digest) > SIZE / 4);
  }

  private Download pull(Sidecar sidecar, Digest what) {
    return Download.start(
        rig, sidecar.blobUrl(origin.address(), RateLimitedOrigin.REPOSITORY, what));
  }

  @Test
  void exactlyOneOtherReadsWhenItIsKilled() {
    int reader = reader();
    sidecars.get(reader).kill9();
    awaitOther("killed");
    IntStream.range(0, HOSTS).filter(n -> n != reader).forEach(this::finish);
    assertReads();
  }

  @Test
  void exactlyOneOtherReadsWhenItIsStoppedAndItTakesTheRestFromOthersWhenItGoesOn() {
    int reader = reader();
    sidecars.get(reader).pause();
    awaitOther("stopped");
    IntStream.range(0, HOSTS).filter(n -> n != reader).forEach(this::finish);
    sidecars.get(reader).goOn();
    finish(reader);
    assertTrue(sidecars.get(reader).peerBytes(digest) > 0, "it read on by itself");
    assertReads();
  }

  private int reader() {
    List<Integer> readers =
        IntStream.range(0, HOSTS)
            .filter(n -> sidecars.get(n).task(digest).path("originBytes").asLong() > 0)
            .boxed()
            .toList();
    assertEquals(1, readers.size(), () -> "readers: " + readers);
    return readers.getFirst();
  }

  private void awaitOther(String how) {
    long start = System.nanoTime();
    Await.until("another reads", TO_MOVE, () -> origin.reads(digest).size() > 1);
    double took = (System.nanoTime() - start) / 1e9;
    System.out.printf("another read %.1f s after the reader was %s%n", took, how);
  }

  private void finish(int host) {
    finish(pulls.get(host), digest);
  }

  private static void finish(Download pull, Digest what) {
    Download.Ended ended = pull.finish(TO_PULL);
    assertTrue(ended.complete(), ended::toString);
    assertEquals(what, ended.digest());
  }

  private void assertReads() {
    assertEquals(2, origin.reads(digest).size(), () -> origin.reads(digest).toString());
  }
}
