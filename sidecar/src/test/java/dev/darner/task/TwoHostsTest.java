package dev.darner.task;

import static dev.darner.task.Blob.MIB;
import static dev.darner.task.Node.get;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.BlobRef;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two hosts and a registry on loopback, real in every part but the functions, of which there are
 * none: the first host is the only seed.
 */
@Timeout(120)
class TwoHostsTest {
  private static final int PIECES = 8;
  private static final byte[] BYTES = Blob.random(7, PIECES * MIB - 1234).bytes();

  @TempDir Path folder;
  private HttpRegistry registry;
  private BlobRef ref;
  private LiveHost seed;
  private LiveHost other;

  @BeforeEach
  void start() throws Exception {
    registry = new HttpRegistry();
    ref = registry.add(BYTES);
    seed = new LiveHost(folder.resolve("seed"), registry);
    other = new LiveHost(folder.resolve("other"), registry);
    seed.functions.seeds(seed.address());
    other.functions.seeds(seed.address());
  }

  @AfterEach
  void stop() {
    other.close();
    seed.close();
    registry.close();
  }

  private static void assertWhole(BlobReader reader) throws Exception {
    assertArrayEquals(BYTES, Node.read(reader.content(), BYTES.length));
    assertTrue(reader.content().sealed());
  }

  @Test
  void theSecondHostHasItsFirstPieceWhileTheOriginStillHoldsBackTheRest() throws Exception {
    registry.holdFrom(3 * MIB + 17);
    try (BlobReader reader = get(other.open(ref))) {
      assertArrayEquals(Arrays.copyOf(BYTES, 2 * MIB), Node.read(reader.content(), 2 * MIB));
      assertFalse(reader.content().sealed());
      registry.release();
      assertWhole(reader);
    }
    assertEquals(List.of("whole"), List.copyOf(registry.requests));
    TaskReport report = other.ended();
    assertEquals(0, report.originBytes());
    assertEquals(Map.of(seed.address(), (long) BYTES.length), report.peerBytes());
    assertEquals(BYTES.length, seed.ended().originBytes());
  }

  @Test
  void twoHostsThatAskAtOnceReadTheOriginOnce() throws Exception {
    CompletableFuture<BlobReader> first = seed.open(ref);
    CompletableFuture<BlobReader> second = other.open(ref);
    try (BlobReader one = get(first);
        BlobReader two = get(second)) {
      assertWhole(one);
      assertWhole(two);
    }
    assertEquals(List.of("whole"), List.copyOf(registry.requests));
  }

  @Test
  void whenTheSeedIsLostInTheMiddleTheOtherGoesOnAtTheOriginWithWhatIsMissing() throws Exception {
    registry.holdFrom(3 * MIB + 17);
    try (BlobReader reader = get(other.open(ref))) {
      Node.eventually(() -> reader.content().pieces().size() == 3);
      seed.close();
      registry.release();
      assertWhole(reader);
    }
    assertEquals(List.of("whole", "bytes=" + 3 * MIB + "-"), List.copyOf(registry.requests));
    TaskReport report = other.ended();
    assertEquals(3L * MIB, report.peerBytes().get(seed.address()));
    assertEquals(BYTES.length - 3L * MIB, report.originBytes());
  }

  @Test
  void aSeedThatWasStoppedInTheMiddleResumesWhenItIsAskedAgain() throws Exception {
    registry.holdFrom(3 * MIB + 17);
    try (BlobReader reader = get(seed.open(ref))) {
      Node.eventually(() -> reader.content().pieces().size() == 3);
      seed.close();
    }
    registry.release();
    seed = new LiveHost(folder.resolve("seed"), registry);
    seed.functions.seeds(seed.address());
    other.functions.seeds(seed.address());
    try (BlobReader reader = get(other.open(ref))) {
      assertWhole(reader);
    }
    assertEquals(List.of("whole", "bytes=" + 3 * MIB + "-"), List.copyOf(registry.requests));
    assertEquals(0, other.ended().originBytes());
    assertEquals(BYTES.length - 3L * MIB, seed.ended().originBytes());
  }

  @Test
  void whatOnlyAnOrderWantedEndsOnBothHostsWhenItIsGivenUp() throws Exception {
    registry.holdFrom(3 * MIB + 17);
    try (BlobReader reader = get(other.openForOrder(ref))) {
      Node.eventually(() -> reader.content().pieces().size() == 3);
    }
    for (LiveHost host : List.of(other, seed)) {
      assertEquals("nobody wants it any more", host.ended().failure());
    }
    registry.release();
    try (BlobReader reader = get(other.open(ref))) {
      assertWhole(reader);
    }
    assertEquals(List.of("whole", "bytes=" + 3 * MIB + "-"), List.copyOf(registry.requests));
  }

  @Test
  void whatAnOrderGivesUpGoesOnWhereARuntimeReadsIt() throws Exception {
    registry.holdFrom(3 * MIB + 17);
    BlobReader ordered = get(other.openForOrder(ref));
    Node.eventually(() -> ordered.content().pieces().size() == 3);
    try (BlobReader reader = get(other.open(ref))) {
      ordered.close();
      ordered.close();
      registry.release();
      assertWhole(reader);
    }
    assertEquals(List.of("whole"), List.copyOf(registry.requests));
  }

  @Test
  void anOrderThatHasItAllAndLetsItGoIsSealed() throws Exception {
    try (BlobReader reader = get(other.openForOrder(ref))) {
      assertWhole(reader);
    }
    assertEquals(TaskReport.State.SEALED, other.ended().state());
  }
}
