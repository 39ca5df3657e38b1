package dev.darner.task;

import static dev.darner.task.Blob.MIB;
import static dev.darner.task.Node.get;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.HostAddress;
import dev.darner.peer.BadPeer;
import dev.darner.peer.BadPeer.Manner;
import dev.darner.store.StoreException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A host whose function names a bad peer, and a host further down that knows the first one alone;
 * all over the real wire. Whoever reads begins anew when what it reads breaks off, as runtimes do.
 */
@Timeout(120)
class LiarsTest {
  private static final byte[] BYTES = Blob.random(23, 6 * MIB - 1234).bytes();

  @TempDir Path folder;
  private final List<AutoCloseable> started = new ArrayList<>();
  private HttpRegistry registry;
  private Blob blob;
  private LiveHost first;
  private LiveHost second;

  @BeforeEach
  void start() throws Exception {
    registry = new HttpRegistry();
    started.add(registry);
    blob = new Blob(registry.add(BYTES), BYTES);
    first = host("first");
    second = host("second");
    first.functions.seeds(first.address());
    second.functions.seeds(first.address());
  }

  private LiveHost host(String name) throws Exception {
    LiveHost host = new LiveHost(folder.resolve(name), registry);
    started.add(host);
    return host;
  }

  private BadPeer liar(Manner manner) throws Exception {
    BadPeer liar = new BadPeer(manner, blob.task(), BYTES);
    started.add(liar);
    return liar;
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable each : started.reversed()) {
      each.close();
    }
  }

  /** Reads to a normal end, which has no wrong byte; tells how often it broke off before. */
  private int pull(LiveHost host) throws Exception {
    for (int broken = 0; ; broken++) {
      assertTrue(broken < 4, "it breaks off again and again");
      try (BlobReader reader = get(host.open(blob.ref()))) {
        byte[] all = Node.read(reader.content(), reader.content().layout().size());
        assertTrue(reader.content().sealed());
        assertArrayEquals(BYTES, all);
        return broken;
      } catch (ExecutionException e) {
        assertInstanceOf(StoreException.class, e.getCause());
      }
    }
  }

  /** Two pull from the first host, and one from the second while the first is filled. */
  private void pullAtOnce(HostAddress... parents) throws Exception {
    first.functions.parents(blob, parents);
    List<Future<Integer>> pulls = new ArrayList<>();
    try (ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
      pulls.add(readers.submit(() -> pull(first)));
      pulls.add(readers.submit(() -> pull(first)));
      get(first.open(blob.ref())).close();
      pulls.add(readers.submit(() -> pull(second)));
    }
    for (Future<Integer> pull : pulls) {
      pull.get();
    }
  }

  @ParameterizedTest
  @EnumSource
  void besideAnHonestHolderEveryPullEndsRightAndTheLiarIsNotAskedTwice(Manner manner)
      throws Exception {
    BadPeer liar = liar(manner);
    LiveHost honest = host("honest").holds(blob);
    pullAtOnce(liar.address(), honest.address());
    assertTrue(liar.asked("sync") > 0, "it was not asked at all");
    assertEquals(List.of(), liar.askedTwice());
    assertEquals(List.of(), List.copyOf(registry.requests));
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"DRIPPING", "PAUSING"})
  void whereNobodyIsHonestTheOriginIsReadOnceAndTheLiarIsNotAskedTwice(Manner manner)
      throws Exception {
    BadPeer liar = liar(manner);
    pullAtOnce(liar.address());
    assertTrue(liar.asked("sync") > 0, "it was not asked at all");
    assertEquals(List.of(), liar.askedTwice());
    assertEquals(1, registry.requests.size(), () -> "read: " + registry.requests);
  }

  /** Who follows one that follows such a one sees it stand still, and may read for itself. */
  @Test
  void whereNobodyGivesButOneThatCrawlsEveryPullEndsRightAndItIsNotAskedTwice() throws Exception {
    BadPeer liar = liar(Manner.PAUSING);
    pullAtOnce(liar.address());
    assertTrue(liar.asked("sync") > 0, "it was not asked at all");
    assertEquals(List.of(), liar.askedTwice());
  }

  @Test
  void whenNothingCameOfATaskTheNextOneDoesNotAskTheLiarEither() throws Exception {
    registry.refuse(true);
    BadPeer liar = liar(Manner.FORGING);
    first.functions.parents(blob, liar.address());
    try (BlobReader reader = get(first.open(blob.ref()))) {
      assertInstanceOf(StoreException.class, Node.contentFailure(reader.content()));
    }
    assertEquals(TaskReport.State.FAILED, first.ended().state());
    registry.refuse(false);
    assertEquals(0, pull(first));
    assertEquals(List.of(), liar.askedTwice());
  }
}
