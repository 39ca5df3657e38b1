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
  private static final long SIZE = 40_000_000;
  private static final int HOSTS = 4;
  private static final Duration TO_MOVE = Duration.ofSeconds(60);
  private static final Duration TO_PULL = Duration.ofMinutes(3);

  @RegisterExtension final LiveRig rig = new LiveRig();

  private RateLimitedOrigin origin;
  private List<Sidecar> sidecars;

  @BeforeEach
  void startAll() {
    Part.print("lost readers", Part.ETCD);
    origin = RateLimitedOrigin.start(rig, BYTES_PER_SECOND);
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
    Digest small = origin.add(Content.random(8, 1_000));
    sidecars.forEach(sidecar -> finish(pull(sidecar, small), small));
  }

  private Download pull(Sidecar sidecar, Digest what) {
    return Download.start(
        rig, sidecar.blobUrl(origin.address(), RateLimitedOrigin.REPOSITORY, what));
  }

  @Test
  void exactlyOneOtherReadsWhenTheReaderIsStoppedAndWhenItIsKilled() {
    Pulls stopped = begin(9);
    int reader = stopped.reader();
    sidecars.get(reader).pause();
    stopped.awaitOther("stopped");
    stopped.finishAllBut(reader);
    sidecars.get(reader).goOn();
    stopped.finish(reader);
    assertTrue(sidecars.get(reader).peerBytes(stopped.digest) > 0, "it read on by itself");
    stopped.assertTwoReads();

    Pulls killed = begin(10);
    int dead = killed.reader();
    sidecars.get(dead).kill9();
    killed.awaitOther("killed");
    killed.finishAllBut(dead);
    killed.assertTwoReads();
  }

  /** All pull one blob, of which a part was read. */
  private Pulls begin(int seed) {
    Digest digest = origin.add(Content.random(seed, SIZE));
    Pulls pulls =
        new Pulls(digest, sidecars.stream().map(sidecar -> pull(sidecar, digest)).toList());
    Await.until("a part was read", TO_MOVE, () -> origin.sent(digest) > SIZE / 4);
    return pulls;
  }

  /** A pull of each sidecar. */
  private final class Pulls {
    private final Digest digest;
    private final List<Download> pulls;

    Pulls(Digest digest, List<Download> pulls) {
      this.digest = digest;
      this.pulls = pulls;
    }

    int reader() {
      List<Integer> readers =
          IntStream.range(0, HOSTS)
              .filter(n -> sidecars.get(n).task(digest).path("originBytes").asLong() > 0)
              .boxed()
              .toList();
      assertEquals(1, readers.size(), () -> "readers: " + readers);
      return readers.getFirst();
    }

    void awaitOther(String how) {
      long start = System.nanoTime();
      Await.until("another reads", TO_MOVE, () -> origin.reads(digest).size() > 1);
      double took = (System.nanoTime() - start) / 1e9;
      System.out.printf("another read %.1f s after the reader was %s%n", took, how);
    }

    void finishAllBut(int one) {
      IntStream.range(0, HOSTS).filter(n -> n != one).forEach(this::finish);
    }

    void finish(int host) {
      LostReaderTest.finish(pulls.get(host), digest);
    }

    void assertTwoReads() {
      assertEquals(2, origin.reads(digest).size(), () -> origin.reads(digest).toString());
    }
  }

  private static void finish(Download pull, Digest what) {
    Download.Ended ended = pull.finish(TO_PULL);
    assertTrue(ended.complete(), ended::toString);
    assertEquals(what, ended.digest());
  }
}
