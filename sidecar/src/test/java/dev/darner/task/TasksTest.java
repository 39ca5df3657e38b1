package dev.darner.task;

import static dev.darner.task.Blob.MIB;
import static dev.darner.task.FillingScript.A;
import static dev.darner.task.FillingScript.B;
import static dev.darner.task.Node.get;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.BlobRef;
import dev.darner.model.ByteSize;
import dev.darner.model.Digest;
import dev.darner.model.HostAddress;
import dev.darner.model.HostId;
import dev.darner.model.PieceSet;
import dev.darner.origin.Credential;
import dev.darner.origin.OriginException;
import dev.darner.store.Content;
import dev.darner.store.StoreException;
import dev.darner.store.StoreSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@link Tasks} over a real store; after each test nothing is open and nobody is followed. */
@Timeout(120)
class TasksTest {
  private static final int PIECES = 6;
  private static final Blob BLOB = Blob.random(1, PIECES * MIB - 77);
  private final OriginException down = new OriginException.Unavailable("down");

  @TempDir Path folder;
  private final FakeOrigin origin = new FakeOrigin().has(BLOB);
  private Node node;

  @BeforeEach
  void start() throws Exception {
    node = new Node(folder.resolve("data"), origin);
  }

  @AfterEach
  void stop() {
    node.close();
    assertEquals(0, origin.open.get(), "origin reads left open");
    assertEquals(0, node.peers.fetching.get(), "pieces left in flight");
    assertEquals(0, node.peers.following.get(), "peers left followed");
  }

  // One download.

  @Test
  void aThousandCallersAreOneDownload() throws Exception {
    origin.holdFrom(3 * MIB);
    List<CompletableFuture<BlobReader>> opens = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      opens.add(node.open(BLOB));
    }
    List<Content> contents = new ArrayList<>();
    for (CompletableFuture<BlobReader> open : opens) {
      contents.add(get(open).content());
    }
    origin.release();
    for (Content content : contents) {
      get(content.readable(BLOB.bytes().length - 1));
    }
    assertArrayEquals(BLOB.bytes(), Node.read(contents.getLast(), BLOB.bytes().length));
    contents.forEach(Content::close);
    node.ended();
    assertEquals(List.of(0L), node.originOffsets());
    assertEquals(BLOB.bytes().length, origin.bytesGiven.get());
    assertEquals(List.of(BLOB.task()), List.copyOf(node.functions.finished));
    assertEquals(1, node.tasks.reports().size());
  }

  @Test
  void theFirstBytesAreReadWhileTheRestIsHeldBack() throws Exception {
    origin.holdFrom(3 * MIB + 5);
    try (BlobReader reader = get(node.open(BLOB))) {
      assertArrayEquals(Arrays.copyOf(BLOB.bytes(), 3 * MIB), Node.read(reader.content(), 3 * MIB));
      assertFalse(reader.content().sealed());
      TaskReport report = node.tasks.reports().getFirst();
      assertEquals(TaskReport.State.FILLING, report.state());
      assertEquals(BLOB.bytes().length, report.size());
      origin.release();
      assertArrayEquals(BLOB.bytes(), Node.read(reader.content(), BLOB.bytes().length));
    }
  }

  @Test
  void aReaderThatLeavesDoesNotStopTheFilling() throws Exception {
    origin.holdFrom(2 * MIB);
    get(node.open(BLOB)).close();
    origin.release();
    assertEquals(TaskReport.State.SEALED, node.ended().state());
  }

  @Test
  void anOrderThatIsCancelledBeforeAnythingCameEndsTheTask() throws Exception {
    origin.holdFrom(0);
    CompletableFuture<BlobReader> ordered =
        node.tasks.open(BLOB.ref(), Asker.ORDER, Credential.NONE);
    CompletableFuture<BlobReader> other = node.tasks.open(BLOB.ref(), Asker.ORDER, Credential.NONE);
    Node.eventually(() -> !origin.opened.isEmpty());
    assertTrue(ordered.cancel(false));
    assertTrue(other.cancel(false));
    assertEquals("nobody wants it any more", node.ended().failure());
    assertEquals(List.of(BLOB.task()), List.copyOf(node.functions.withdrawn));
  }

  @Test
  void anOrderThatIsCancelledEndsNothingThatARuntimeWants() throws Exception {
    origin.holdFrom(0);
    CompletableFuture<BlobReader> ordered =
        node.tasks.open(BLOB.ref(), Asker.ORDER, Credential.NONE);
    CompletableFuture<BlobReader> wanted = node.open(BLOB);
    Node.eventually(() -> !origin.opened.isEmpty());
    assertTrue(ordered.cancel(false));
    origin.release();
    try (BlobReader reader = get(wanted)) {
      assertArrayEquals(BLOB.bytes(), Node.read(reader.content(), BLOB.bytes().length));
    }
  }

  @Test
  void whatIsHereWholeIsGivenWithoutAskingAnybody() throws Exception {
    node.read(BLOB);
    node.ended();
    origin.opened.clear();
    assertArrayEquals(BLOB.bytes(), node.read(BLOB));
    assertEquals(0, origin.opened.size());
    assertEquals(1, node.tasks.reports().size());
    assertEquals(1, node.functions.asked.size());
  }

  @Test
  void anEmptyContentIsSealedAtOnce() throws Exception {
    Blob empty = Blob.random(2, 0);
    origin.has(empty);
    assertArrayEquals(new byte[0], node.read(empty));
    assertEquals(TaskReport.State.SEALED, node.ended().state());
  }

  @Test
  void fiftyTasksAtOnceNeverTakeMoreThanTheHostAllows() throws Exception {
    List<Blob> blobs = new ArrayList<>();
    List<CompletableFuture<BlobReader>> opens = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      Blob blob = Blob.random(100 + i, MIB + i);
      blobs.add(blob);
      if (i % 2 == 0) {
        origin.has(blob);
      } else {
        HostAddress peer = new HostAddress("peer-" + i, 1);
        node.peers.has(peer, FakePeers.Manner.GOOD, blob);
        node.functions.parents(blob, peer);
      }
    }
    blobs.forEach(blob -> opens.add(node.open(blob)));
    for (Blob blob : blobs) {
      try (BlobReader reader = get(opens.get(blobs.indexOf(blob)))) {
        assertArrayEquals(blob.bytes(), Node.read(reader.content(), blob.bytes().length));
      }
    }
    assertTrue(node.peers.mostFetching.get() <= 4, () -> node.peers.mostFetching + " in flight");
    assertTrue(origin.mostRead.get() <= 3, () -> origin.mostRead + " origin reads");
  }

  // From peers.

  @Test
  void piecesComeFromParentsAndTheBillSaysSo() throws Exception {
    node.peers.has(A, FakePeers.Manner.GOOD, BLOB, PieceSet.of(0, 1, 2));
    node.peers.has(B, FakePeers.Manner.GOOD, BLOB);
    node.functions.parents(BLOB, A, B);
    assertArrayEquals(BLOB.bytes(), node.read(BLOB));
    TaskReport report = node.ended();
    assertEquals(0, report.originBytes());
    assertEquals(BLOB.bytes().length, report.peerBytes().values().stream().mapToLong(b -> b).sum());
    assertTrue(report.peerBytes().get(B) >= 3 * MIB - 77);
    assertEquals(0, origin.opened.size());
    assertEquals("example.org/a", report.label());
  }

  @ParameterizedTest
  @EnumSource(
      value = FakePeers.Manner.class,
      names = {"LYING", "SHORT", "LONG", "UNREACHABLE", "SILENT"})
  void aBadParentCostsNoPullAndIsNamedToTheFunctions(FakePeers.Manner manner) throws Exception {
    node.peers.has(A, manner, BLOB);
    node.functions.parents(BLOB, A);
    assertArrayEquals(BLOB.bytes(), node.read(BLOB));
    TaskReport report = node.ended();
    assertEquals(Map.of(), report.peerBytes());
    assertEquals(BLOB.bytes().length, report.originBytes());
    assertEquals(List.of(Set.of(), Set.of(new HostId("a"))), List.copyOf(node.functions.asked));
  }

  @ParameterizedTest
  @EnumSource(
      value = FakePeers.Manner.class,
      names = {"EMPTY", "HUGE"})
  void aPeerThatMakesUpASizeCostsNoPull(FakePeers.Manner manner) throws Exception {
    node.peers.has(A, manner, BLOB);
    node.functions.parents(BLOB, A);
    assertArrayEquals(BLOB.bytes(), node.read(BLOB));
    TaskReport report = node.ended();
    assertEquals(Map.of(), report.peerBytes());
    assertEquals(BLOB.bytes().length, report.originBytes());
  }

  @Test
  void aFlakyParentGivesWhatItCanAndTheOriginTheRest() throws Exception {
    node.peers.has(A, FakePeers.Manner.FLAKY, BLOB);
    node.functions.parents(BLOB, A);
    assertArrayEquals(BLOB.bytes(), node.read(BLOB));
    TaskReport report = node.ended();
    assertEquals(
        BLOB.bytes().length, report.originBytes() + report.peerBytes().getOrDefault(A, 0L));
    assertTrue(report.originBytes() > 0 && origin.bytesGiven.get() == report.originBytes());
  }

  @Test
  void aHomeSeedIsAskedToFillWhenNobodyHoldsIt() throws Exception {
    Blob other = Blob.random(3, MIB);
    node.peers.has(A, FakePeers.Manner.GOOD, other);
    node.functions.seeds(A);
    assertArrayEquals(BLOB.bytes(), node.read(BLOB));
    assertEquals(List.of("a look", "a fill"), List.copyOf(node.peers.asked));
  }

  // Wrong bytes.

  @Test
  void wrongBytesUnderRightSumsAreThrownAwayAndComeAnewFromOthers() throws Exception {
    node.peers.has(A, FakePeers.Manner.GOOD, BLOB.spoilt(3));
    node.functions.parents(BLOB, A);
    try (BlobReader reader = get(node.open(BLOB))) {
      assertInstanceOf(StoreException.Corrupt.class, Node.contentFailure(reader.content()));
    }
    assertArrayEquals(BLOB.bytes(), node.read(BLOB));
    assertEquals(BLOB.bytes().length, node.ended().originBytes());
    assertEquals(1, origin.opened.size());
    assertEquals(List.of(), List.copyOf(node.functions.withdrawn));
  }

  @Test
  void wrongBytesFromTheOriginAreNeverSealedAndTheTaskFails() throws Exception {
    origin.has(BLOB.spoilt(2));
    try (BlobReader reader = get(node.open(BLOB))) {
      assertInstanceOf(StoreException.Corrupt.class, Node.contentFailure(reader.content()));
    }
    TaskReport report = node.ended();
    assertEquals(TaskReport.State.FAILED, report.state());
    assertTrue(report.failure().contains("origin"), report::failure);
    assertEquals(List.of(BLOB.task()), List.copyOf(node.functions.withdrawn));
    assertEquals(List.of(), List.copyOf(node.functions.finished));
    assertEquals(Optional.empty(), node.store.open(BLOB.task()));
    assertEquals(1, origin.opened.size());
  }

  @Test
  void wrongBytesLeftByAnEarlierRunAreThrownAwayOnce() throws Exception {
    node.leave(BLOB.spoilt(1), PieceSet.of(0, 1));
    try (BlobReader reader = get(node.open(BLOB))) {
      assertInstanceOf(StoreException.Corrupt.class, Node.contentFailure(reader.content()));
    }
    assertArrayEquals(BLOB.bytes(), node.read(BLOB));
    assertEquals(List.of(2L * MIB, 0L), node.originOffsets());
  }

  @Test
  void aSizeThatTheOriginDoesNotConfirmIsGivenUp() throws Exception {
    node.leave(BLOB.cut(4 * MIB), PieceSet.of(0, 1));
    assertArrayEquals(BLOB.bytes(), node.read(BLOB));
    assertEquals(List.of(2L * MIB, 0L), node.originOffsets());
  }

  @Test
  void theDigestOfASealedParentIsExpectedOfAFile() throws Exception {
    byte[] bytes = BLOB.bytes();
    Blob file = new Blob(BlobRef.file(URI.create("http://example.org/f")), bytes);
    node.peers.has(A, FakePeers.Manner.GOOD, file);
    node.functions.parents(file, A);
    try (BlobReader reader = get(node.open(file))) {
      assertArrayEquals(bytes, Node.read(reader.content(), bytes.length));
      assertEquals(Optional.of(Digest.sha256(bytes)), reader.content().digest());
    }
  }

  // The origin's moods.

  @Test
  void anOriginThatBreaksOffIsResumedAtTheSameByte() throws Exception {
    origin.breaks.addAll(List.of(2L * MIB + 123_456, 4L * MIB + 1));
    assertArrayEquals(BLOB.bytes(), node.read(BLOB));
    assertEquals(List.of(0L, 2L * MIB + 123_456, 4L * MIB + 1), node.originOffsets());
    assertEquals(BLOB.bytes().length, origin.bytesGiven.get());
  }

  @Test
  void anOriginWithoutRangesIsReadThroughAndNoPieceWrittenTwice() throws Exception {
    origin.withoutRanges();
    origin.breaks.add(2L * MIB + 123_456);
    node.leave(BLOB, PieceSet.of(0));
    assertArrayEquals(BLOB.bytes(), node.read(BLOB));
    assertEquals(List.of(1L * MIB, 2L * MIB + 123_456), node.originOffsets());
    assertEquals(BLOB.bytes().length - MIB, node.ended().originBytes());
  }

  @Test
  void anOriginThatIsDownForAWhileIsWaitedFor() throws Exception {
    origin.failures.addAll(List.of(down, down, down));
    assertArrayEquals(BLOB.bytes(), node.read(BLOB));
    assertEquals(4, origin.opened.size());
  }

  @Test
  void anOriginThatStaysDownFailsTheTaskAndTheNextCallerTriesAnew() throws Exception {
    origin.failures.addAll(List.of(down, down, down, down));
    node.failure(TaskException.Unavailable.class, node.open(BLOB));
    assertEquals(List.of(BLOB.task()), List.copyOf(node.functions.withdrawn));
    assertArrayEquals(BLOB.bytes(), node.read(BLOB));
    assertEquals(5, origin.opened.size());
  }

  @Test
  void whatTheOriginLacksIsNotFound() {
    Blob unknown = Blob.random(9, 10);
    node.failure(TaskException.NotFound.class, node.open(unknown));
    assertEquals(TaskReport.State.FAILED, node.ended().state());
  }

  @Test
  void aFaultOfThisProgramFailsTheTaskWithItsCauseAndTheNextOneIsNotHurt() throws Exception {
    node.functions.parents(BLOB, A);
    node.peers.fault = new IllegalStateException("a fault, on purpose");
    TaskException failed = node.failure(TaskException.Unavailable.class, node.open(BLOB));
    assertEquals(node.peers.fault, failed.getCause());
    assertEquals(TaskReport.State.FAILED, node.ended().state());
    node.peers.fault = null;
    assertArrayEquals(BLOB.bytes(), node.read(BLOB));
  }

  // Credentials.

  private static Credential credential(String authorization) {
    return new Credential(Optional.of(authorization));
  }

  @Test
  void whoIsRefusedDoesNotFailAnotherWhoMayHaveIt() throws Exception {
    Credential bad = credential("Basic bad");
    Credential good = credential("Basic good");
    origin.refused.add(bad);
    origin.holdFrom(0);
    CompletableFuture<BlobReader> refused = node.tasks.open(BLOB.ref(), Asker.RUNTIME, bad);
    Node.eventually(() -> origin.opened.size() == 1);
    CompletableFuture<BlobReader> served = node.tasks.open(BLOB.ref(), Asker.RUNTIME, good);
    origin.release();
    TaskException.Denied denied = node.failure(TaskException.Denied.class, refused);
    assertEquals(401, denied.status());
    assertEquals(List.of("Basic realm=\"x\""), denied.challenges());
    try (BlobReader reader = get(served)) {
      assertArrayEquals(BLOB.bytes(), Node.read(reader.content(), BLOB.bytes().length));
    }
    assertEquals(
        List.of(bad, good), origin.opened.stream().map(FakeOrigin.Opened::credential).toList());
  }

  @Test
  void whenAllAreRefusedTheTaskFailsAndTheNextCallerIsAskedForAnew() throws Exception {
    origin.refused.add(Credential.NONE);
    node.failure(TaskException.Denied.class, node.open(BLOB));
    // Who comes before the task has ended hears what it heard.
    Node.eventually(() -> isDenied(node.open(BLOB)) && origin.opened.size() == 2);
    origin.refused.clear();
    assertArrayEquals(BLOB.bytes(), node.read(BLOB));
  }

  private static boolean isDenied(CompletableFuture<BlobReader> opening) {
    return opening.handle((reader, e) -> e instanceof TaskException.Denied).join();
  }

  // Beginnings and ends.

  @Test
  void aNewRunAsksTheOriginOnlyForWhatIsMissing() throws Exception {
    origin.holdFrom(3L * MIB + 700_000);
    try (BlobReader reader = get(node.open(BLOB))) {
      get(reader.content().readable(2L * MIB));
      node.tasks.close();
    }
    node.close();
    origin.bytesGiven.set(0);
    origin.opened.clear();
    node = new Node(folder.resolve("data"), origin);
    assertArrayEquals(BLOB.bytes(), node.read(BLOB));
    assertEquals(List.of(3L * MIB), node.originOffsets());
    assertEquals(BLOB.bytes().length - 3L * MIB, origin.bytesGiven.get());
    assertEquals(BLOB.bytes().length - 3L * MIB, node.ended().originBytes());
  }

  @Test
  void aRunThatHadAllButTheSealAsksNobodyForBytes() throws Exception {
    node.leave(BLOB, PieceSet.of(1, 4));
    assertArrayEquals(BLOB.bytes(), node.read(BLOB));
    assertEquals(List.of(0L, 2L * MIB, 5L * MIB), node.originOffsets());
    assertEquals(BLOB.bytes().length - 2L * MIB, node.ended().originBytes());
  }

  @Test
  void closingFailsWhoWaits() throws Exception {
    origin.holdFrom(0);
    CompletableFuture<BlobReader> waiting = node.open(BLOB);
    Node.eventually(() -> origin.opened.size() == 1);
    node.tasks.close();
    node.failure(TaskException.Unavailable.class, waiting);
    node.failure(TaskException.Unavailable.class, node.open(BLOB));
  }

  @Test
  void whoCancelsHoldsNothing() throws Exception {
    origin.holdFrom(0);
    CompletableFuture<BlobReader> gone = node.open(BLOB);
    Node.eventually(() -> origin.opened.size() == 1);
    gone.cancel(true);
    origin.release();
    assertArrayEquals(BLOB.bytes(), node.read(BLOB));
  }

  @Test
  void aFullDiskIsSaidSo() throws Exception {
    node.close();
    node =
        new Node(
            folder.resolve("small"), origin, StoreSettings.DEFAULTS.withQuota(new ByteSize(MIB)));
    node.failure(TaskException.Full.class, node.open(BLOB));
    assertEquals(TaskReport.State.FAILED, node.ended().state());
  }

  @Test
  void thousandReportsAreKeptAtMost() {
    History history = new History(3);
    for (int i = 0; i < 5; i++) {
      history.add(report(i));
    }
    assertEquals(List.of(2L, 3L, 4L), history.all().stream().map(TaskReport::size).toList());
  }

  private static TaskReport report(long size) {
    return new TaskReport(
        BLOB.task(),
        "",
        TaskReport.State.SEALED,
        size,
        0,
        Map.of(),
        Instant.EPOCH,
        Duration.ZERO,
        "");
  }
}
