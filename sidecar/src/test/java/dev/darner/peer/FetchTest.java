package dev.darner.peer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.darner.model.Digest;
import dev.darner.model.HostAddress;
import dev.darner.model.TaskId;
import dev.darner.proto.Chunk;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pieces from peers that are of generated code, and behave as the script says. */
@Timeout(60)
class FetchTest {
  private static final TaskId TASK = TaskId.of(Digest.sha256(new byte[] {1}));
  private static final PieceSink NOWHERE = bytes -> bytes.position(bytes.limit());
  private static final int MESSAGE = 256 * 1024;

  private final GrpcPeerClient client =
      new GrpcPeerClient(
          new PeerSettings(
              Duration.ofSeconds(20), Duration.ofSeconds(20), Duration.ofSeconds(60), 4, 4));

  @AfterEach
  void closeClient() {
    client.close();
  }

  @Test
  void anAddressThatCannotBeDialledIsUnavailable() {
    HostAddress odd = new HostAddress("my_host", 1);
    assertThrows(PeerException.Unavailable.class, () -> client.fetch(odd, TASK, 0, NOWHERE));
  }

  @Test
  void aPieceArrivesWholeWhateverItsChunksAre() throws Exception {
    byte[] piece = new byte[1_000_000];
    new Random(1).nextBytes(piece);
    try (ScriptedPeer peer =
        ScriptedPeer.giving((request, receiver) -> {
          assertEquals(TASK.text(), request.getTask());
          int at = 0;
          for (int size = 1; at < piece.length; size = size * 3) {
            int end = Math.min(piece.length, at + size);
            receiver.onNext(data(piece, at, end));
            at = end;
          }
          end(receiver, request.getPiece());
        })) {
      Received received = new Received();
      assertEquals(77, client.fetch(peer.address(), TASK, 77, received));
      assertArrayEquals(piece, received.bytes());
    }
  }

  @Test
  void aLongMessageReachesTheSinkInFullDirectBuffers() throws Exception {
    try (ScriptedPeer peer =
        ScriptedPeer.giving((_, receiver) -> {
          receiver.onNext(data(new byte[600_000], 0, 600_000));
          end(receiver, 1);
        })) {
      Received received = new Received();
      var _ = client.fetch(peer.address(), TASK, 0, received);
      assertEquals(600_000, received.bytes().length);
      assertEquals(3, received.calls);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "NOT_FOUND, NotHolding",
    "RESOURCE_EXHAUSTED, Busy",
    "UNAUTHENTICATED, Denied",
    "PERMISSION_DENIED, Denied",
    "DATA_LOSS, Corrupt",
    "UNAVAILABLE, Unavailable",
    "INVALID_ARGUMENT, Unavailable",
    "INTERNAL, Unavailable"
  })
  void whatThePeerAnswersIsWhatIsThrown(Status.Code code, String expected) throws Exception {
    try (ScriptedPeer peer =
        ScriptedPeer.giving((_, receiver) ->
            receiver.onError(code.toStatus().withDescription("so it is").asException()))) {
      PeerException thrown = refused(peer.address());
      assertEquals(expected, thrown.getClass().getSimpleName());
      assertEquals(peer.address() + ": so it is", thrown.getMessage());
    }
  }

  @ParameterizedTest
  @CsvSource({"no sum", "after the last", "too large", "neither", "no chunk at all"})
  void nonsenseCostsThePieceAndNotTheConnection(String nonsense) throws Exception {
    AtomicInteger calls = new AtomicInteger();
    try (ScriptedPeer peer =
        ScriptedPeer.giving((_, receiver) -> {
          if (calls.getAndIncrement() == 0) {
            answer(nonsense, receiver);
          } else {
            end(receiver, 5);
          }
        })) {
      assertInstanceOf(PeerException.Unavailable.class, refused(peer.address()));
      assertEquals(5, client.fetch(peer.address(), TASK, 0, NOWHERE));
      assertEquals(1, peer.connections.get());
    }
  }

  private static void answer(String nonsense, ServerCallStreamObserver<Chunk> receiver) {
    Chunk last = Chunk.newBuilder().setCrc32C(1).build();
    List<Chunk> chunks =
        switch (nonsense) {
          case "no sum" -> List.of(data(new byte[10], 0, 10));
          case "after the last" -> List.of(last, last);
          case "too large" -> List.of(data(new byte[2_000_000], 0, 2_000_000), last);
          case "neither" -> List.of(Chunk.getDefaultInstance(), last);
          default -> List.of();
        };
    chunks.forEach(receiver::onNext);
    receiver.onCompleted();
  }

  @Test
  void aPeerThatBreaksOffIsUnavailable() throws Exception {
    CountDownLatch some = new CountDownLatch(1);
    try (ScriptedPeer peer =
        ScriptedPeer.giving((_, receiver) -> receiver.onNext(data(new byte[9], 0, 9)))) {
      FutureTask<Integer> fetch = fetching(peer.address(), _ -> some.countDown());
      assertTrue(some.await(20, TimeUnit.SECONDS));
      peer.vanish();
      assertInstanceOf(PeerException.Unavailable.class, failure(fetch));
    }
  }

  @Test
  void aPeerThatFallsSilentIsLeftAndToldSo() throws Exception {
    try (ScriptedPeer peer = ScriptedPeer.giving((_, _) -> {});
        GrpcPeerClient hasty = hasty()) {
      assertThrows(
          PeerException.Unavailable.class, () -> hasty.fetch(peer.address(), TASK, 0, NOWHERE));
      assertTrue(peer.cancelled.await(20, TimeUnit.SECONDS));
    }
  }

  @Test
  void aHostThatAcceptsAndNeverSpeaksIsUnavailable() throws Exception {
    try (ServerSocket mute = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        GrpcPeerClient hasty = hasty()) {
      HostAddress address = new HostAddress("127.0.0.1", mute.getLocalPort());
      PeerException thrown =
          assertThrows(
              PeerException.Unavailable.class, () -> hasty.fetch(address, TASK, 0, NOWHERE));
      assertTrue(thrown.getMessage().contains("dial limit"), thrown.getMessage());
    }
  }

  @Test
  void aHostThatRefusesIsUnavailableAndAskedAnewNextTime() throws Exception {
    HostAddress address;
    try (ServerSocket taken = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      address = new HostAddress("127.0.0.1", taken.getLocalPort());
    }
    PeerException first = refused(address);
    assertInstanceOf(PeerException.Unavailable.class, first);
    assertTrue(first.getCause().getCause() instanceof IOException, "the cause is kept");
    assertInstanceOf(PeerException.Unavailable.class, refused(address));
  }

  @Test
  void anInterruptEndsTheTransferAtThePeerToo() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    try (ScriptedPeer peer = ScriptedPeer.giving((_, _) -> asked.countDown())) {
      CompletableFuture<Thread> thread = new CompletableFuture<>();
      FutureTask<Integer> fetch =
          new FutureTask<>(() -> {
            thread.complete(Thread.currentThread());
            return client.fetch(peer.address(), TASK, 0, NOWHERE);
          });
      Thread.startVirtualThread(fetch);
      assertTrue(asked.await(20, TimeUnit.SECONDS));
      thread.get().interrupt();
      assertInstanceOf(InterruptedException.class, failure(fetch));
      assertTrue(peer.cancelled.await(20, TimeUnit.SECONDS));
    }
  }

  @Test
  void aSinkThatFailsEndsTheTransferAtThePeerToo() throws Exception {
    IOException full = new IOException("full");
    try (ScriptedPeer peer =
        ScriptedPeer.giving((_, receiver) -> receiver.onNext(data(new byte[9], 0, 9)))) {
      SinkException thrown =
          assertThrows(
              SinkException.class,
              () ->
                  client.fetch(
                      peer.address(),
                      TASK,
                      0,
                      _ -> {
                        throw full;
                      }));
      assertSame(full, thrown.getCause());
      assertTrue(peer.cancelled.await(20, TimeUnit.SECONDS));
    }
  }

  @Test
  void aSlowSinkSlowsTheSender() throws Exception {
    int messages = 100;
    AtomicInteger sent = new AtomicInteger();
    CountDownLatch stopped = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    Chunk chunk = data(new byte[MESSAGE], 0, MESSAGE);
    try (ScriptedPeer peer =
        ScriptedPeer.giving((_, receiver) -> {
          receiver.setOnReadyHandler(() -> {
            while (receiver.isReady() && sent.get() < messages) {
              receiver.onNext(chunk);
              if (sent.incrementAndGet() == messages) {
                end(receiver, 3);
              }
            }
            stopped.countDown();
          });
        })) {
      Received received = new Received();
      FutureTask<Integer> fetch =
          fetching(
              peer.address(),
              bytes -> {
                goOn.await();
                received.accept(bytes);
              });
      assertTrue(stopped.await(20, TimeUnit.SECONDS));
      assertTrue(sent.get() < 16, () -> sent + " messages were taken before the sink took one");
      goOn.countDown();
      assertEquals(3, fetch.get());
      assertEquals(messages * MESSAGE, received.bytes().length);
    }
  }

  @Test
  void whoFindsEveryPlaceTakenForTooLongIsTurnedAway() throws Exception {
    CountDownLatch inSink = new CountDownLatch(1);
    CountDownLatch leave = new CountDownLatch(1);
    PeerSettings one =
        new PeerSettings(
            Duration.ofSeconds(20), Duration.ofMillis(200), Duration.ofSeconds(60), 1, 1);
    try (ScriptedPeer peer =
            ScriptedPeer.giving((_, receiver) -> {
              receiver.onNext(data(new byte[9], 0, 9));
              end(receiver, 8);
            });
        GrpcPeerClient narrow = new GrpcPeerClient(one)) {
      FutureTask<Integer> first =
          new FutureTask<>(() ->
              narrow.fetch(
                  peer.address(),
                  TASK,
                  0,
                  _ -> {
                    inSink.countDown();
                    leave.await();
                  }));
      Thread.startVirtualThread(first);
      assertTrue(inSink.await(20, TimeUnit.SECONDS));
      assertThrows(PeerException.Busy.class, () -> narrow.fetch(peer.address(), TASK, 1, NOWHERE));
      leave.countDown();
      assertEquals(8, first.get());
      assertEquals(8, narrow.fetch(peer.address(), TASK, 1, NOWHERE));
    }
  }

  @Test
  void closingEndsWhatIsUnderWayAndRefusesWhatComes() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    try (ScriptedPeer peer = ScriptedPeer.giving((_, _) -> asked.countDown())) {
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
            Duration.ofSeconds(20), Duration.ofSeconds(20), Duration.ofMillis(50), 4, 4);
    try (ScriptedPeer peer = ScriptedPeer.giving((_, receiver) -> end(receiver, 1));
        GrpcPeerClient forgetful = new GrpcPeerClient(brief)) {
      assertEquals(1, forgetful.fetch(peer.address(), TASK, 0, NOWHERE));
      assertTrue(peer.disconnected.await(20, TimeUnit.SECONDS));
      assertEquals(1, forgetful.fetch(peer.address(), TASK, 0, NOWHERE));
      assertEquals(2, peer.connections.get());
    }
  }

  private static GrpcPeerClient hasty() {
    return new GrpcPeerClient(
        new PeerSettings(
            Duration.ofMillis(300), Duration.ofMillis(300), Duration.ofSeconds(60), 4, 4));
  }

  private FutureTask<Integer> fetching(HostAddress peer, PieceSink sink) {
    FutureTask<Integer> fetch = new FutureTask<>(() -> client.fetch(peer, TASK, 0, sink));
    Thread.startVirtualThread(fetch);
    return fetch;
  }

  private PeerException refused(HostAddress peer) {
    return assertThrows(PeerException.class, () -> client.fetch(peer, TASK, 0, NOWHERE));
  }

  private static Throwable failure(FutureTask<?> task) {
    return assertThrows(ExecutionException.class, task::get).getCause();
  }

  private static Chunk data(byte[] bytes, int from, int to) {
    return Chunk.newBuilder().setData(ByteString.copyFrom(bytes, from, to - from)).build();
  }

  private static void end(ServerCallStreamObserver<Chunk> receiver, int sum) {
    if (!receiver.isCancelled()) {
      receiver.onNext(Chunk.newBuilder().setCrc32C(sum).build());
      receiver.onCompleted();
    }
  }

  /** Keeps what comes. */
  private static final class Received implements PieceSink {
    private final ByteArrayOutputStream all = new ByteArrayOutputStream();
    private int calls;

    @Override
    public void accept(ByteBuffer bytes) {
      assertTrue(bytes.isDirect());
      byte[] part = new byte[bytes.remaining()];
      bytes.get(part);
      all.writeBytes(part);
      calls++;
    }

    byte[] bytes() {
      return all.toByteArray();
    }
  }
}
