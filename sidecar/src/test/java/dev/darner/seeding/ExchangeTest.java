package dev.darner.seeding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.BlobRef;
import dev.darner.model.HostAddress;
import dev.darner.model.PieceLayout;
import dev.darner.model.PieceSet;
import dev.darner.model.Repository;
import dev.darner.model.Topology;
import dev.darner.peer.GrpcPeerClient;
import dev.darner.peer.PeerException;
import dev.darner.peer.PeerHolding;
import dev.darner.peer.PeerSettings;
import dev.darner.peer.PeerSync;
import dev.darner.peer.PieceAsk;
import dev.darner.peer.PieceSink;
import dev.darner.peer.ScriptedPeer;
import dev.darner.peer.SinkException;
import dev.darner.peer.SyncAsk;
import dev.darner.store.BlobStore;
import dev.darner.store.Content;
import dev.darner.store.Ingest;
import dev.darner.store.PieceWriter;
import dev.darner.store.StoreException;
import dev.darner.transport.Identity;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two hosts on loopback, each with a store on disk: one gives, the other takes. */
@Timeout(60)
class ExchangeTest {
  private static final Stored BLOB = Stored.random(1);
  private static final HostAddress ANYWHERE = new HostAddress("127.0.0.1", 0);
  private static final BlobRef REF =
      BlobRef.blob(
          new Repository("docker.io", "library/alpine"), BLOB.task().digest().orElseThrow());
  private static final PieceSink NOWHERE = bytes -> bytes.position(bytes.limit());

  @TempDir Path folder;
  private GrpcPeerClient client;
  private final AtomicReference<FillOnDemand> fill = new AtomicReference<>();
  private BlobStore giver;
  private PeerServer server;

  @BeforeEach
  void startGiver() throws Exception {
    Optional<Identity> identity = identity();
    client = new GrpcPeerClient(PeerSettings.DEFAULTS.withIdentity(identity));
    giver = Stored.store(folder.resolve("giver"));
    SeedingSettings settings =
        new SeedingSettings(
            ANYWHERE,
            ANYWHERE,
            4,
            Duration.ofMillis(50),
            Duration.ofSeconds(20),
            Topology.UNKNOWN,
            identity);
    server = PeerServer.start(settings, giver, ref -> fill.get().fill(ref));
  }

  /** Who both hosts are; nobody in particular. */
  Optional<Identity> identity() throws Exception {
    return Optional.empty();
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
    giver.close();
  }

  @Test
  void aSealedContentIsTakenPieceByPieceAndSealedAgain() throws Exception {
    BLOB.seal(giver);
    Heard heard = new Heard();
    client.sync(server.address(), SyncAsk.look(BLOB.task()), heard);
    assertEquals(
        new PeerHolding(
                PieceLayout.of(Stored.SIZE),
                Stored.TYPE,
                PieceSet.full(Stored.PIECES),
                true,
                Stored.SIZE,
                BLOB.task().digest())
            .vouching(Optional.of(BLOB.sums())),
        heard.next());
    try (BlobStore taker = Stored.store(folder.resolve("taker"));
        Ingest ingest = BLOB.begin(taker)) {
      for (int piece = 0; piece < Stored.PIECES; piece++) {
        take(ingest, piece);
      }
      assertTrue(ingest.content().sealed());
    }
  }

  @Test
  void piecesAreHeardOfAndTakenWhileTheRestIsStillArriving() throws Exception {
    try (Ingest source = BLOB.begin(giver);
        BlobStore taker = Stored.store(folder.resolve("taker"));
        Ingest ingest = BLOB.begin(taker)) {
      Heard heard = new Heard();
      client.sync(server.address(), SyncAsk.look(BLOB.task()), heard);
      assertEquals(PieceSet.EMPTY, ((PeerHolding) heard.next()).pieces());
      for (int piece = 0; piece < Stored.PIECES; piece++) {
        BLOB.land(source, piece);
        int landed = piece;
        PeerHolding holding = heard.until(now -> now.pieces().contains(landed));
        assertEquals(landed + 1, holding.pieces().size());
        take(ingest, piece);
      }
      assertTrue(ingest.content().sealed());
      assertTrue(heard.sealedAtLast());
    }
  }

  @Test
  void aTakerThatWasStoppedGoesOnWithWhatItLacks() throws Exception {
    BLOB.seal(giver);
    introduce();
    try (BlobStore taker = Stored.store(folder.resolve("taker"));
        Ingest ingest = BLOB.begin(taker)) {
      take(ingest, 2);
    }
    try (BlobStore taker = Stored.store(folder.resolve("taker"));
        Ingest ingest = BLOB.begin(taker)) {
      assertEquals(PieceSet.of(2), ingest.content().pieces());
      for (int piece : new int[] {0, 1, 3}) {
        take(ingest, piece);
      }
      assertTrue(ingest.content().sealed());
    }
  }

  @Test
  void aRehearsalNeitherFailsNorLeavesATraceEvenWhereNobodyListens() throws Exception {
    client.rehearse(server.address(), server.bulkPort());
    client.rehearse(server.address(), 1);
    client.rehearse(new HostAddress("127.0.0.1", 1), 1);
    BLOB.seal(giver);
    introduce();
    fetch(0, NOWHERE);
  }

  @Test
  void aPieceThatIsNotHereIsNotHeld() throws Exception {
    try (Ingest ingest = BLOB.begin(giver)) {
      BLOB.land(ingest, 1);
      introduce();
      assertThrows(PeerException.NotHolding.class, () -> fetch(0, NOWHERE));
      fetch(1, NOWHERE);
    }
    giver.remove(BLOB.task());
    assertThrows(PeerException.NotHolding.class, () -> fetch(1, NOWHERE));
  }

  @Test
  void aGiverThatDiesInTheMiddleOfAPieceIsUnavailable() throws Exception {
    Stored huge = Stored.firstPieceOfMany(5);
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch dead = new CountDownLatch(1);
    PieceSink sink =
        _ -> {
          inside.countDown();
          dead.await();
        };
    FutureTask<Integer> fetch =
        new FutureTask<>(
            () -> client.fetch(server.address(), new PieceAsk(huge.task(), 0, false), sink));
    try (Ingest ingest = huge.begin(giver)) {
      huge.land(ingest, 0);
      ScriptedPeer.introduce(client, server.address(), huge.task());
      Thread.startVirtualThread(fetch);
      assertTrue(inside.await(20, TimeUnit.SECONDS));
      server.close();
    }
    dead.countDown();
    Throwable failure = assertThrows(ExecutionException.class, fetch::get).getCause();
    assertInstanceOf(PeerException.Unavailable.class, failure);
  }

  @Test
  void aFollowerOfNothingHearsThatItIsNotHeld() throws Exception {
    assertInstanceOf(PeerException.NotHolding.class, follow(SyncAsk.look(BLOB.task())).next());
  }

  @Test
  void whatAnEarlierRunLeftIsNotHeldUntilItIsAskedToBeFilled() throws Exception {
    try (Ingest left = BLOB.begin(giver)) {
      BLOB.land(left, 1);
      introduce();
    }
    assertInstanceOf(PeerException.NotHolding.class, follow(SyncAsk.look(BLOB.task())).next());
    fetch(1, NOWHERE);
    fill.set(_ -> CompletableFuture.completedFuture(giver.open(BLOB.task()).orElseThrow()));
    try (Ingest again = BLOB.begin(giver)) {
      Heard heard = follow(SyncAsk.fill(REF));
      assertEquals(PieceSet.of(1), ((PeerHolding) heard.next()).pieces());
      assertFalse(again.content().sealed());
    }
  }

  @Test
  void aFollowerHearsTheHeartbeatOfWhatDoesNotMove() throws Exception {
    try (Ingest ingest = BLOB.begin(giver)) {
      BLOB.land(ingest, 3);
      Heard heard = follow(SyncAsk.look(BLOB.task()));
      Object first = heard.next();
      for (int beat = 0; beat < 3; beat++) {
        assertEquals(first, heard.next());
      }
    }
  }

  @Test
  void aContentThatTurnsOutWrongIsToldAsCorrupt() throws Exception {
    Stored corrupt = Stored.corrupt(2);
    try (Ingest ingest = corrupt.begin(giver)) {
      Heard heard = follow(SyncAsk.look(corrupt.task()));
      assertInstanceOf(PeerHolding.class, heard.next());
      for (int piece = 0; piece < Stored.PIECES - 1; piece++) {
        corrupt.land(ingest, piece);
      }
      assertThrows(StoreException.Corrupt.class, () -> corrupt.land(ingest, Stored.PIECES - 1));
      assertInstanceOf(PeerException.Corrupt.class, heard.end());
    }
  }

  @Test
  void aContentThatStopsArrivingIsToldAsUnavailable() throws Exception {
    Heard heard;
    try (Ingest ingest = BLOB.begin(giver)) {
      BLOB.land(ingest, 0);
      heard = follow(SyncAsk.look(BLOB.task()));
      assertInstanceOf(PeerHolding.class, heard.next());
    }
    assertInstanceOf(PeerException.Unavailable.class, heard.end());
  }

  @Test
  void whoAsksToFillHearsOfWhatIsFilledForIt() throws Exception {
    CompletableFuture<BlobRef> asked = new CompletableFuture<>();
    CompletableFuture<Content> size = new CompletableFuture<>();
    fill.set(ref -> {
      asked.complete(ref);
      return size;
    });
    Heard heard = follow(SyncAsk.fill(REF));
    assertEquals(REF, asked.get(20, TimeUnit.SECONDS));
    try (Ingest ingest = BLOB.begin(giver)) {
      size.complete(giver.open(BLOB.task()).orElseThrow());
      assertFalse(((PeerHolding) heard.next()).sealed());
      for (int piece = 0; piece < Stored.PIECES; piece++) {
        BLOB.land(ingest, piece);
      }
      assertTrue(heard.sealedAtLast());
    }
  }

  @Test
  void whoAsksToFillHearsASignOfLifeBeforeAnythingIsKnown() throws Exception {
    CompletableFuture<Content> filled = new CompletableFuture<>();
    fill.set(_ -> filled);
    Heard heard = follow(SyncAsk.fill(REF));
    assertTrue(heard.signOfLife());
    filled.completeExceptionally(
        new FillException(FillException.Reason.NOT_FOUND, "so", new IOException()));
    assertInstanceOf(PeerException.NotHolding.class, heard.next());
  }

  @Test
  void whatIsSealedIsNotFilledAgain() throws Exception {
    BLOB.seal(giver);
    fill.set(_ -> CompletableFuture.failedFuture(new AssertionError("asked to fill")));
    assertTrue(((PeerHolding) follow(SyncAsk.fill(REF)).next()).sealed());
  }

  @ParameterizedTest
  @CsvSource({
    "NOT_FOUND, NotHolding",
    "DENIED, Denied",
    "CORRUPT, Corrupt",
    "UNAVAILABLE, Unavailable"
  })
  void whyItCannotBeFilledIsTold(FillException.Reason reason, String expected) throws Exception {
    fill.set(_ -> CompletableFuture.failedFuture(new FillException(reason, "so", null)));
    Object told = follow(SyncAsk.fill(REF)).next();
    assertEquals(expected, told.getClass().getSimpleName());
  }

  @Test
  void aFillThatThrowsIsUnavailableAndNoHang() throws Exception {
    fill.set(_ -> {
      throw new IllegalStateException("a fault of this program, on purpose");
    });
    assertInstanceOf(PeerException.Unavailable.class, follow(SyncAsk.fill(REF)).next());
  }

  @Test
  void whatIsFilledForOneWhoLeftIsLetGo() throws Exception {
    BLOB.seal(giver);
    Content content = giver.open(BLOB.task()).orElseThrow();
    CompletableFuture<Content> size = new CompletableFuture<>();
    CountDownLatch asked = new CountDownLatch(1);
    fill.set(_ -> {
      asked.countDown();
      return size;
    });
    giver.remove(BLOB.task());
    try (PeerSync _ = client.sync(server.address(), SyncAsk.fill(REF), new Heard())) {
      assertTrue(asked.await(20, TimeUnit.SECONDS));
    }
    size.complete(content);
    Eventually.holds(() -> Eventually.throwsAny(content::channel));
  }

  /** The client hears where the lane is, as it does before it fetches. */
  private void introduce() throws Exception {
    ScriptedPeer.introduce(client, server.address(), BLOB.task());
  }

  private Heard follow(SyncAsk ask) {
    Heard heard = new Heard();
    client.sync(server.address(), ask, heard);
    return heard;
  }

  private int fetch(int piece, PieceSink sink)
      throws PeerException, SinkException, InterruptedException {
    return client.fetch(server.address(), new PieceAsk(BLOB.task(), piece, false), sink);
  }

  private void take(Ingest ingest, int piece) throws Exception {
    try (PieceWriter writer = ingest.claim(piece).orElseThrow()) {
      writer.commit(OptionalInt.of(fetch(piece, writer::write)));
    }
  }
}
