package dev.darner.peer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.Digest;
import dev.darner.model.HostAddress;
import dev.darner.model.TaskId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pieces from lanes that are of plain sockets, and behave as the script says. */
@Timeout(60)
class FetchTest {
  private static final TaskId TASK = TaskId.of(Digest.sha256(new byte[] {1}));
  private static final PieceSink NOWHERE = bytes -> bytes.position(bytes.limit());
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final byte[] SHORT = {1, 2, 3};

  private final GrpcPeerClient client =
      new GrpcPeerClient(
          new PeerSettings(LONG, LONG, LONG, Duration.ofSeconds(60), 4, 4, Optional.empty()));

  @AfterEach
  void closeClient() {
    client.close();
  }

  private static GrpcPeerClient hasty() {
    return new GrpcPeerClient(
        new PeerSettings(
            LONG, Duration.ofSeconds(1), LONG, Duration.ofSeconds(60), 4, 4, Optional.empty()));
  }

  /** A peer whose lane behaves so, and is known to the client. */
  private ScriptedPeer known(ScriptedLane.Script script) throws Exception {
    return knownTo(client, script);
  }

  private static ScriptedPeer knownTo(PeerClient client, ScriptedLane.Script script)
      throws Exception {
    ScriptedPeer peer = ScriptedPeer.giving(script);
    ScriptedPeer.introduce(client, peer.address(), TASK);
    return peer;
  }

  private static PieceAsk ask(int piece) {
    return new PieceAsk(TASK, piece, false);
  }

  @Test
  void aPeerThatHasNotToldWhereItsLaneIsIsUnavailable() {
    HostAddress stranger = new HostAddress("127.0.0.1", 1);
    assertInstanceOf(PeerException.Unavailable.class, refused(stranger));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4095, 4096, 262_143, 262_144, 262_145, 600_000, 1_048_576, 3_000_001})
  void aPieceArrivesWholeInBuffersThatSuitADisk(int length) throws Exception {
    byte[] piece = new byte[length];
    new Random(length).nextBytes(piece);
    try (ScriptedPeer peer =
        known((ask, out) -> {
          assertEquals(new LaneWire.Ask(TASK, 77), ask);
          ScriptedLane.give(out, piece, 0x00c0ffee);
        })) {
      Received received = new Received();
      assertEquals(0x00c0ffee, client.fetch(peer.address(), ask(77), received));
      assertArrayEquals(piece, received.bytes());
      received.assertInGoodParts();
    }
  }

  @Test
  void aPieceArrivesWholeHoweverItDrips() throws Exception {
    byte[] piece = new byte[700_001];
    new Random(1).nextBytes(piece);
    try (ScriptedPeer peer =
        known((_, out) -> {
          for (byte octet : ScriptedLane.head(piece.length, -1)) {
            out.write(octet);
          }
          for (int at = 0, size = 1; at < piece.length; at += size, size = size * 3) {
            out.write(piece, at, Math.min(piece.length - at, size));
          }
        })) {
      Received received = new Received();
      assertEquals(-1, client.fetch(peer.address(), ask(0), received));
      assertArrayEquals(piece, received.bytes());
      received.assertInGoodParts();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "404, NotHolding",
    "503, Busy",
    "400, Unavailable",
    "301, Unavailable",
    "500, Unavailable"
  })
  void whatThePeerAnswersIsWhatIsThrownAndTheConnectionStays(int status, String expected)
      throws Exception {
    try (ScriptedPeer peer =
        known((ask, out) -> {
          if (ask.piece() == 0) {
            say(out, "HTTP/1.1 " + status + " So\r\nContent-Length: 9\r\n\r\nso it is\n");
          } else {
            ScriptedLane.give(out, SHORT, 5);
          }
        })) {
      PeerException thrown = refused(peer.address());
      assertEquals(expected, thrown.getClass().getSimpleName());
      assertEquals(peer.address() + ": \"so it is\\u000a\"", thrown.getMessage());
      assertEquals(5, client.fetch(peer.address(), ask(1), NOWHERE));
      assertEquals(1, peer.lane.connections.get());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\ndarner-crc32c: 00000000\r\n\r\nabc",
        "HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nabc",
        "HTTP/1.1 200 OK\r\ncontent-length: 3\r\ndarner-crc32c: 0x12\r\n\r\nabc",
        "HTTP/1.1 200 OK\r\ncontent-length: 3\r\ndarner-crc32c: 123456789\r\n\r\nabc",
        "HTTP/1.1 200 OK\r\ncontent-length: -3\r\ndarner-crc32c: 00000000\r\n\r\nabc",
        "HTTP/1.1 200 OK\r\ncontent-length: 3, 3\r\ndarner-crc32c: 00000000\r\n\r\nabc",
        "HTTP/1.1 200 OK\r\ncontent-length: 16777217\r\ndarner-crc32c: 00000000\r\n\r\nabc",
        "HTTP/1.1 200 OK\r\ncontent-length: 99999999999999\r\ndarner-crc32c: 00000000\r\n\r\nabc",
        "HTTP/1.1 200 OK\r\ncontent-length: 3\r\ncontent-length: 4\r\ndarner-crc32c: 00000000\r\n\r\nabc",
        "HTTP/1.1 200 OK\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\ndarner-crc32c: 00000000\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 3\r\ndarner-crc32c: 00000000\r\n\r\nabcdef",
        "HTTP/1.1 200 OK\r\ncontent-length: 3\r\n folded: 1\r\ndarner-crc32c: 00000000\r\n\r\nabc",
        "HTTP/1.1 404 No\r\ncontent-length: 1025\r\n\r\nx",
        "HTTP/1.1 100 Continue\r\ncontent-length: 0\r\n\r\n",
        "HTTP/1.1 2000 OK\r\ncontent-length: 3\r\ndarner-crc32c: 00000000\r\n\r\nabc",
        "HTTP/1.0 200 OK\r\ncontent-length: 3\r\ndarner-crc32c: 00000000\r\n\r\nabc",
        "\r\n\r\n",
        "\0\0\u0012\u0004\0\0\0\0\0\0\u0003\0\0\0\u0080\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "<html>hello</html>\r\n\r\n"
      })
  void nonsenseCostsThePieceAndTheConnection(String nonsense) throws Exception {
    nonsenseCostsTheConnection(nonsense);
  }

  @Test
  void aHeadThatDoesNotEndIsNonsense() throws Exception {
    nonsenseCostsTheConnection("HTTP/1.1 200 OK\r\n" + "a: b\r\n".repeat(100_000));
    nonsenseCostsTheConnection("x".repeat(1_000_000));
  }

  private void nonsenseCostsTheConnection(String nonsense) throws Exception {
    try (ScriptedPeer peer =
        known((ask, out) -> {
          if (ask.piece() == 0) {
            say(out, nonsense);
          } else {
            ScriptedLane.give(out, SHORT, 5);
          }
        })) {
      assertInstanceOf(PeerException.Unavailable.class, refused(peer.address()));
      assertEquals(5, client.fetch(peer.address(), ask(1), NOWHERE));
      assertEquals(2, peer.lane.connections.get());
    }
  }

  @Test
  void connectionsAreKeptForTheNextPieceAndEachHasOneInFlight() throws Exception {
    CountDownLatch all = new CountDownLatch(3);
    try (ScriptedPeer peer =
        known((_, out) -> {
          all.countDown();
          assertTrue(all.await(20, TimeUnit.SECONDS));
          ScriptedLane.give(out, SHORT, 5);
        })) {
      List<FutureTask<Integer>> fetches = new ArrayList<>();
      for (int piece = 0; piece < 3; piece++) {
        fetches.add(fetching(peer.address(), NOWHERE));
      }
      for (FutureTask<Integer> fetch : fetches) {
        assertEquals(5, fetch.get());
      }
      for (int again = 0; again < 10; again++) {
        assertEquals(5, client.fetch(peer.address(), ask(again), NOWHERE));
      }
      assertEquals(3, peer.lane.connections.get());
      assertEquals(13, peer.lane.requests.get());
    }
  }

  @Test
  void aConnectionThatThePeerClosedMeanwhileIsNotUsed() throws Exception {
    try (ScriptedPeer peer = known((_, out) -> ScriptedLane.give(out, SHORT, 5))) {
      assertEquals(5, client.fetch(peer.address(), ask(0), NOWHERE));
      peer.lane.hangUp();
      assertTrue(peer.lane.hungUp.await(20, TimeUnit.SECONDS));
      assertEquals(5, client.fetch(peer.address(), ask(1), NOWHERE));
      assertEquals(2, peer.lane.connections.get());
    }
  }

  @Test
  void aConnectionOnWhichMoreCameThanWasAskedForIsNotUsed() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    CountDownLatch said = new CountDownLatch(1);
    try (ScriptedPeer peer =
        known((ask, out) -> {
          ScriptedLane.give(out, SHORT, 5);
          if (ask.piece() == 0) {
            goOn.await();
            ScriptedLane.give(out, SHORT, 6);
            said.countDown();
          }
        })) {
      assertEquals(5, client.fetch(peer.address(), ask(0), NOWHERE));
      goOn.countDown();
      assertTrue(said.await(20, TimeUnit.SECONDS));
      assertEquals(5, client.fetch(peer.address(), ask(1), NOWHERE));
      assertEquals(2, peer.lane.connections.get());
    }
  }

  @Test
  void aPeerThatWantsTheConnectionClosedHasItSo() throws Exception {
    try (ScriptedPeer peer =
        known((_, out) ->
            say(
                out,
                "HTTP/1.1 200 OK\r\ncontent-length: 3\r\nconnection: Close\r\ndarner-crc32c: 00000005\r\n\r\nabc"))) {
      assertEquals(5, client.fetch(peer.address(), ask(0), NOWHERE));
      assertTrue(peer.lane.hungUp.await(20, TimeUnit.SECONDS));
    }
  }

  @Test
  void aPeerThatBreaksOffIsUnavailable() throws Exception {
    try (ScriptedPeer peer =
        known((_, out) -> {
          out.write(ScriptedLane.head(300_000, 0));
          out.write(new byte[299_999]);
          out.close();
        })) {
      assertInstanceOf(PeerException.Unavailable.class, refused(peer.address()));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "HTTP/1.1 200", "with half of the piece"})
  void aPeerThatFallsSilentIsLeftAndHungUpOn(String before) throws Exception {
    try (GrpcPeerClient hasty = hasty();
        ScriptedPeer peer =
            knownTo(
                hasty,
                (_, out) -> {
                  if (before.startsWith("with")) {
                    out.write(ScriptedLane.head(300_000, 0));
                    out.write(new byte[150_000]);
                  } else {
                    say(out, before);
                  }
                })) {
      PeerException thrown =
          assertThrows(
              PeerException.Unavailable.class, () -> hasty.fetch(peer.address(), ask(0), NOWHERE));
      assertTrue(thrown.getMessage().contains("nothing came for PT1S"), thrown.getMessage());
      assertTrue(peer.lane.hungUp.await(20, TimeUnit.SECONDS));
    }
  }

  @Test
  void whoAsksPatientlyOutlastsTheStallLimit() throws Exception {
    CountDownLatch another = new CountDownLatch(1);
    CountDownLatch asked = new CountDownLatch(1);
    Duration stall = Duration.ofSeconds(4);
    PeerSettings settings =
        new PeerSettings(LONG, stall, LONG, Duration.ofSeconds(60), 4, 4, Optional.empty());
    try (GrpcPeerClient hasty = new GrpcPeerClient(settings);
        ScriptedPeer peer =
            knownTo(
                hasty,
                (ask, out) -> {
                  asked.countDown();
                  another.await();
                  ScriptedLane.give(out, SHORT, 7);
                })) {
      PieceAsk patient = new PieceAsk(TASK, 1, true);
      FutureTask<Integer> fetch =
          new FutureTask<>(() -> hasty.fetch(peer.address(), patient, NOWHERE));
      Thread.startVirtualThread(fetch);
      assertTrue(asked.await(20, TimeUnit.SECONDS));
      assertThrows(
          PeerException.Unavailable.class, () -> hasty.fetch(peer.address(), ask(0), NOWHERE));
      another.countDown();
      assertEquals(7, fetch.get());
    }
  }

  @Test
  void aSlowSinkIsNotTheFaultOfThePeer() throws Exception {
    try (GrpcPeerClient hasty = hasty();
        ScriptedPeer peer =
            knownTo(hasty, (_, out) -> ScriptedLane.give(out, new byte[300_000], 7))) {
      CountDownLatch never = new CountDownLatch(1);
      PieceSink slow = _ -> assertFalse(never.await(2100, TimeUnit.MILLISECONDS));
      assertEquals(7, hasty.fetch(peer.address(), ask(0), slow));
    }
  }

  @Test
  void aLaneThatRefusesIsUnavailableAndTheCauseIsKept() throws Exception {
    try (ScriptedPeer peer = known((_, _) -> {})) {
      peer.lane.close();
      PeerException thrown = refused(peer.address());
      assertInstanceOf(PeerException.Unavailable.class, thrown);
      assertInstanceOf(IOException.class, thrown.getCause());
    }
  }

  @Test
  void anInterruptEndsTheTransferAtThePeerToo() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    try (ScriptedPeer peer = known((_, _) -> asked.countDown())) {
      CompletableFuture<Thread> thread = new CompletableFuture<>();
      FutureTask<Integer> fetch =
          new FutureTask<>(() -> {
            thread.complete(Thread.currentThread());
            return client.fetch(peer.address(), ask(0), NOWHERE);
          });
      Thread.startVirtualThread(fetch);
      assertTrue(asked.await(20, TimeUnit.SECONDS));
      thread.get().interrupt();
      assertInstanceOf(InterruptedException.class, failure(fetch));
      assertTrue(peer.lane.hungUp.await(20, TimeUnit.SECONDS));
    }
  }

  @Test
  void aSinkThatFailsEndsTheTransferAtThePeerToo() throws Exception {
    IOException full = new IOException("full");
    PieceSink failing =
        _ -> {
          throw full;
        };
    try (ScriptedPeer peer = known((_, out) -> ScriptedLane.give(out, new byte[5_000_000], 1))) {
      SinkException thrown =
          assertThrows(SinkException.class, () -> client.fetch(peer.address(), ask(0), failing));
      assertSame(full, thrown.getCause());
      assertTrue(peer.lane.hungUp.await(20, TimeUnit.SECONDS));
    }
  }

  @Test
  void aSlowSinkSlowsTheSender() throws Exception {
    CountDownLatch sent = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    byte[] piece = new byte[16 << 20];
    try (ScriptedPeer peer =
        known((_, out) -> {
          ScriptedLane.give(out, piece, 3);
          sent.countDown();
        })) {
      Received received = new Received();
      FutureTask<Integer> fetch =
          fetching(
              peer.address(),
              bytes -> {
                goOn.await();
                received.accept(bytes);
              });
      assertFalse(sent.await(300, TimeUnit.MILLISECONDS), "16 MiB went nowhere");
      goOn.countDown();
      assertEquals(3, fetch.get());
      assertEquals(piece.length, received.bytes().length);
    }
  }

  @Test
  void whoFindsEveryPlaceTakenForTooLongIsTurnedAway() throws Exception {
    CountDownLatch inSink = new CountDownLatch(1);
    CountDownLatch leave = new CountDownLatch(1);
    PeerSettings one =
        new PeerSettings(
            LONG, LONG, Duration.ofMillis(200), Duration.ofSeconds(60), 1, 1, Optional.empty());
    try (GrpcPeerClient narrow = new GrpcPeerClient(one);
        ScriptedPeer peer = knownTo(narrow, (_, out) -> ScriptedLane.give(out, SHORT, 8))) {
      FutureTask<Integer> first =
          new FutureTask<>(() ->
              narrow.fetch(
                  peer.address(),
                  ask(0),
                  _ -> {
                    inSink.countDown();
                    leave.await();
                  }));
      Thread.startVirtualThread(first);
      assertTrue(inSink.await(20, TimeUnit.SECONDS));
      assertThrows(PeerException.Busy.class, () -> narrow.fetch(peer.address(), ask(1), NOWHERE));
      leave.countDown();
      assertEquals(8, first.get());
      assertEquals(8, narrow.fetch(peer.address(), ask(1), NOWHERE));
    }
  }

  @Test
  void closingEndsWhatIsUnderWayAndRefusesWhatComes() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    try (ScriptedPeer peer = known((_, _) -> asked.countDown())) {
      FutureTask<Integer> fetch = fetching(peer.address(), NOWHERE);
      assertTrue(asked.await(20, TimeUnit.SECONDS));
      client.close();
      assertInstanceOf(PeerException.Unavailable.class, failure(fetch));
      assertInstanceOf(PeerException.Unavailable.class, refused(peer.address()));
    }
  }

  @Test
  void aConnectionThatNobodyUsesIsDroppedAndMadeAnew() throws Exception {
    PeerSettings brief =
        new PeerSettings(
            Duration.ofSeconds(2), LONG, LONG, Duration.ofMillis(50), 4, 4, Optional.empty());
    try (GrpcPeerClient forgetful = new GrpcPeerClient(brief);
        ScriptedPeer peer = knownTo(forgetful, (_, out) -> ScriptedLane.give(out, SHORT, 1))) {
      assertEquals(1, forgetful.fetch(peer.address(), ask(0), NOWHERE));
      assertTrue(peer.lane.hungUp.await(20, TimeUnit.SECONDS));
      assertEquals(1, forgetful.fetch(peer.address(), ask(0), NOWHERE));
      assertEquals(2, peer.lane.connections.get());
    }
  }

  private static void say(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private FutureTask<Integer> fetching(HostAddress peer, PieceSink sink) {
    FutureTask<Integer> fetch = new FutureTask<>(() -> client.fetch(peer, ask(0), sink));
    Thread.startVirtualThread(fetch);
    return fetch;
  }

  private PeerException refused(HostAddress peer) {
    return assertThrows(PeerException.class, () -> client.fetch(peer, ask(0), NOWHERE));
  }

  private static Throwable failure(FutureTask<?> task) {
    return assertThrows(ExecutionException.class, task::get).getCause();
  }

  /** Keeps what comes. */
  private static final class Received implements PieceSink {
    private final ByteArrayOutputStream all = new ByteArrayOutputStream();
    private final List<Integer> parts = new ArrayList<>();

    @Override
    public void accept(ByteBuffer bytes) {
      assertTrue(bytes.isDirect());
      byte[] part = new byte[bytes.remaining()];
      bytes.get(part);
      all.writeBytes(part);
      parts.add(part.length);
    }

    byte[] bytes() {
      return all.toByteArray();
    }

    /** The first in whole pages, the last what is left, full buffers between. */
    void assertInGoodParts() {
      for (int part = 0; part < parts.size() - 1; part++) {
        int length = parts.get(part);
        assertTrue(part == 0 ? length % 4096 == 0 : length == 256 * 1024, parts::toString);
      }
    }
  }
}
