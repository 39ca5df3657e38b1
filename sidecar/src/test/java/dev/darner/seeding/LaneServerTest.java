package dev.darner.seeding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.ByteBudget;
import dev.darner.model.ByteSize;
import dev.darner.model.HostAddress;
import dev.darner.model.Topology;
import dev.darner.store.BlobStore;
import dev.darner.store.Ingest;
import dev.darner.transport.Identity;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The lane, asked through plain sockets: by what is no code of ours. */
@Timeout(60)
class LaneServerTest {
  private static final Stored BLOB = Stored.random(3);
  private static final HostAddress ANYWHERE = new HostAddress("127.0.0.1", 0);

  @TempDir Path folder;
  private BlobStore store;
  private PeerServer server;
  private final List<Asker> askers = new ArrayList<>();

  @BeforeEach
  void start() throws Exception {
    store = Stored.store(folder);
    serve(2, Duration.ofSeconds(20));
  }

  /** Who this host is; nobody in particular. */
  Optional<Identity> identity() throws Exception {
    return Optional.empty();
  }

  /** One for whoever asks, not connected. */
  Socket socket() throws Exception {
    return new Socket();
  }

  private void serve(int uploads, Duration receiverLimit) throws Exception {
    server =
        PeerServer.start(
            new SeedingSettings(
                ANYWHERE,
                ANYWHERE,
                uploads,
                Duration.ofSeconds(1),
                receiverLimit,
                Topology.UNKNOWN,
                identity()),
            store,
            _ -> CompletableFuture.failedFuture(new AssertionError("nobody asked to fill")));
  }

  @AfterEach
  void stop() throws IOException {
    for (Asker asker : askers) {
      asker.close();
    }
    Eventually.holds(() -> server.buffersInUse() == 0);
    server.close();
    store.close();
  }

  @Test
  void underALimitTheSameBytesAreGivenInSlices() throws Exception {
    server.close();
    ByteBudget budget = new ByteBudget(new ByteSize(8_000_000));
    server =
        PeerServer.start(
            SeedingSettings.at(ANYWHERE, ANYWHERE).withIdentity(identity()),
            store,
            _ -> CompletableFuture.failedFuture(new AssertionError("nobody asked to fill")),
            budget);
    BLOB.seal(store);
    assertEveryPieceIsGivenOverOneConnection();
    budget.change(new ByteSize(0));
    assertEveryPieceIsGivenOverOneConnection();
  }

  @Test
  void whoWaitsForALimitHearsTheHeadAtOnceAndGoesOnWhenItIsLifted() throws Exception {
    server.close();
    ByteBudget budget = new ByteBudget(new ByteSize(1));
    server =
        PeerServer.start(
            new SeedingSettings(
                ANYWHERE,
                ANYWHERE,
                2,
                Duration.ofSeconds(1),
                Duration.ofMillis(100),
                Topology.UNKNOWN,
                identity()),
            store,
            _ -> CompletableFuture.failedFuture(new AssertionError("nobody asked to fill")),
            budget);
    BLOB.seal(store);
    Asker asker = asker();
    asker.ask(get(0));
    asker.awaitFirstByte();
    budget.change(new ByteSize(0));
    assertTrue(asker.takes(1 << 20), "the limit was lifted, but the piece does not go on");
  }

  @Test
  void everyPieceIsGivenWithItsSumOverOneConnection() throws Exception {
    BLOB.seal(store);
    assertEveryPieceIsGivenOverOneConnection();
  }

  private void assertEveryPieceIsGivenOverOneConnection() throws Exception {
    Asker asker = asker();
    for (int piece = 0; piece < Stored.PIECES; piece++) {
      asker.ask(get(piece));
      int from = piece << 20;
      byte[] wanted =
          Arrays.copyOfRange(BLOB.bytes(), from, Math.min(from + (1 << 20), Stored.SIZE));
      CRC32C sum = new CRC32C();
      sum.update(wanted);
      Answer answer = asker.answer();
      assertEquals(200, answer.status());
      assertEquals("%08x".formatted(sum.getValue()), answer.header("darner-crc32c"));
      assertEquals(ByteBuffer.wrap(wanted), answer.body());
    }
  }

  @Test
  void piecesOfAContentThatArrivesAreGivenAndTheOthersAreNotHere() throws Exception {
    Asker asker = asker();
    assertRefused(asker, get(1), 404);
    try (Ingest ingest = BLOB.begin(store)) {
      BLOB.land(ingest, 1);
      assertEquals(200, asker.status(get(1)));
      assertRefused(asker, get(0), 404);
      assertRefused(asker, get(2), 404);
    }
  }

  @Test
  void aPieceThatTheTaskDoesNotHaveIsRefusedAndTheConnectionStays() throws Exception {
    BLOB.seal(store);
    Asker asker = asker();
    assertRefused(asker, get(Stored.PIECES), 400);
    assertRefused(asker, get(999_999_999), 400);
    assertEquals(200, asker.status(get(0)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1",
        "GET /pieces/sha256:abc/0 HTTP/1.1",
        "GET /pieces/TASK/-1 HTTP/1.1",
        "GET /pieces/TASK/0/ HTTP/1.1",
        "GET /pieces/TASK/0?x HTTP/1.1",
        "GET /pieces/TASK/4294967296 HTTP/1.1",
        "GET /pieces/..%2f..%2fetc/0 HTTP/1.1",
        "GET http://evil.example/pieces/TASK/0 HTTP/1.1",
        "HEAD /pieces/TASK/0 HTTP/1.1",
        "DELETE /pieces/TASK/0 HTTP/1.1",
        "GET /pieces/TASK/0 HTTP/1.1\r\nContent-Length: 5",
        "GET /pieces/TASK/0 HTTP/1.1\r\nTransfer-Encoding: chunked",
        "\u0001\u0002\u0003"
      })
  void whatMakesNoSenseIsRefusedAndHungUpOn(String head) throws Exception {
    BLOB.seal(store);
    Asker asker = asker();
    asker.ask(head.replace("TASK", BLOB.task().text()) + "\r\n\r\n");
    Answer answer = asker.answer();
    assertEquals(400, answer.status());
    assertTrue(asker.hungUp());
    assertEquals(200, asker().status(get(0)));
  }

  @Test
  void headsWithoutEndAndNoiseAreHungUpOn() throws Exception {
    BLOB.seal(store);
    byte[] noise = new byte[1_000_000];
    new Random(1).nextBytes(noise);
    for (String endless :
        List.of(
            "GET /" + "x".repeat(1_000_000),
            "GET / HTTP/1.1\r\n" + "a: b\r\n".repeat(200_000),
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            new String(noise, StandardCharsets.ISO_8859_1))) {
      Asker asker = asker();
      asker.askInVain(endless);
      assertTrue(asker.hungUp());
    }
    assertEquals(200, asker().status(get(0)));
  }

  @Test
  void whoAsksAgainBeforeTheAnswerIsHungUpOn() throws Exception {
    Stored huge = Stored.firstPieceOfMany(6);
    try (Ingest ingest = huge.begin(store)) {
      huge.land(ingest, 0);
      Asker asker = asker();
      String ask = get(huge, 0);
      asker.askInVain(ask.repeat(3));
      assertTrue(asker.hungUp());
    }
  }

  @Test
  void anAskerThatWantsTheConnectionClosedHasItSo() throws Exception {
    BLOB.seal(store);
    Asker asker = asker();
    asker.ask(get(0).replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"));
    assertEquals(200, asker.answer().status());
    assertTrue(asker.hungUp());
  }

  @Test
  void whoComesWhenEverySlotIsTakenIsTurnedAwayAtOnceAndServedLater() throws Exception {
    stop();
    store = Stored.store(folder);
    serve(1, Duration.ofSeconds(20));
    Stored huge = Stored.firstPieceOfMany(8);
    try (Ingest ingest = huge.begin(store)) {
      huge.land(ingest, 0);
      Asker holding = asker();
      holding.ask(get(huge, 0));
      holding.awaitFirstByte();
      Asker other = asker();
      assertRefused(other, get(huge, 0), 503);
      assertRefused(other, get(huge, 0), 503);
      holding.close();
      Eventually.holds(() -> other.status(get(huge, 0)) == 200);
    }
  }

  @Test
  void howManyAreServedAtOnceChangesWhileItServes() throws Exception {
    stop();
    store = Stored.store(folder);
    serve(1, Duration.ofSeconds(20));
    Stored huge = Stored.firstPieceOfMany(8);
    try (Ingest ingest = huge.begin(store)) {
      huge.land(ingest, 0);
      Asker holding = asker();
      holding.ask(get(huge, 0));
      holding.awaitFirstByte();
      Asker other = asker();
      assertRefused(other, get(huge, 0), 503);
      server.limitUploads(2);
      assertEquals(200, other.status(get(huge, 0)));
      server.limitUploads(1);
      assertRefused(other, get(huge, 0), 503);
    }
  }

  @Test
  void aReceiverThatTakesNothingIsCutOffAndOthersAreServedMeanwhile() throws Exception {
    stop();
    store = Stored.store(folder);
    serve(2, Duration.ofSeconds(1));
    Stored huge = Stored.firstPieceOfMany(9);
    try (Ingest ingest = huge.begin(store)) {
      huge.land(ingest, 0);
      Asker idler = asker();
      idler.ask(get(huge, 0));
      idler.awaitFirstByte();
      assertEquals(200, asker().status(get(huge, 0)));
      Asker second = asker();
      second.ask(get(huge, 0));
      second.awaitFirstByte();
      Eventually.holds(() -> asker().status(get(huge, 0)) == 200);
      assertTrue(idler.endsEarly(), "what was left in the middle was not cut off");
    }
  }

  private static String get(int piece) {
    return get(BLOB, piece);
  }

  private static String get(Stored blob, int piece) {
    return "GET /pieces/%s/%d HTTP/1.1\r\nHost: x\r\n\r\n".formatted(blob.task(), piece);
  }

  private static void assertRefused(Asker asker, String request, int status) throws IOException {
    asker.ask(request);
    Answer answer = asker.answer();
    assertEquals(status, answer.status());
    assertTrue(answer.body().hasRemaining(), "a refusal says why");
  }

  private Asker asker() {
    try {
      Asker asker = new Asker(socket(), server.bulkPort());
      askers.add(asker);
      return asker;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private record Answer(List<String> head, ByteBuffer body) {
    int status() {
      return Integer.parseInt(head.getFirst().split(" ", -1)[1]);
    }

    String header(String name) {
      return head.stream()
          .filter(line -> line.toLowerCase(java.util.Locale.ROOT).startsWith(name + ": "))
          .map(line -> line.substring(name.length() + 2))
          .findFirst()
          .orElse("none");
    }
  }

  /** A connection to the lane. One thread. */
  private static final class Asker implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;

    Asker(Socket socket, int port) throws IOException {
      this.socket = socket;
      socket.setSoTimeout(20_000);
      socket.connect(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      in = socket.getInputStream();
    }

    void ask(String text) throws IOException {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** As {@link #ask}; to be hung up on meanwhile is right. */
    void askInVain(String text) {
      try {
        ask(text);
      } catch (IOException e) {
        assertTrue(e.getMessage() != null, "hung up on");
      }
    }

    int status(String request) {
      try {
        ask(request);
        return answer().status();
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }

    Answer answer() throws IOException {
      List<String> head = new ArrayList<>();
      for (String line = line(); !line.isEmpty(); line = line()) {
        head.add(line);
      }
      Answer only = new Answer(head, ByteBuffer.allocate(0));
      byte[] body = in.readNBytes(Integer.parseInt(only.header("content-length")));
      return new Answer(head, ByteBuffer.wrap(body));
    }

    private String line() throws IOException {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      for (int octet = in.read(); octet != '\n'; octet = in.read()) {
        if (octet < 0) {
          throw new IOException("hung up on before the answer");
        }
        line.write(octet);
      }
      return line.toString(StandardCharsets.ISO_8859_1).strip();
    }

    void awaitFirstByte() throws IOException {
      assertEquals('H', in.read());
    }

    /** Reads on to the end; a connection that was reset counts as well. */
    boolean hungUp() {
      try {
        in.skipNBytes(Long.MAX_VALUE);
        return true;
      } catch (java.net.SocketTimeoutException e) {
        return false;
      } catch (IOException e) {
        return true;
      }
    }

    /** Whether so many bytes come. */
    boolean takes(int bytes) throws IOException {
      return in.readNBytes(bytes).length == bytes;
    }

    /** Whether the answer that was begun has no end. */
    boolean endsEarly() {
      try {
        return in.readAllBytes().length < 1 << 24;
      } catch (IOException e) {
        return true;
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
