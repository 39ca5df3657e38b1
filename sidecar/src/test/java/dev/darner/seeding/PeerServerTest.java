package dev.darner.seeding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.Digest;
import dev.darner.model.HostAddress;
import dev.darner.model.TaskId;
import dev.darner.proto.Chunk;
import dev.darner.proto.FetchRequest;
import dev.darner.proto.Origin;
import dev.darner.proto.PeerGrpc;
import dev.darner.proto.RegistryContent;
import dev.darner.proto.SyncRequest;
import dev.darner.store.BlobStore;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The giving side, asked by generated code, and by what is no code of ours at all. */
@Timeout(60)
class PeerServerTest {
  private static final Stored BLOB = Stored.random(3);

  @TempDir Path folder;
  private BlobStore store;
  private PeerServer server;
  private ManagedChannel channel;

  @BeforeEach
  void start() throws Exception {
    store = Stored.store(folder);
    BLOB.seal(store);
    serve(1, Duration.ofSeconds(20));
  }

  private void serve(int uploads, Duration receiverLimit) throws IOException {
    SeedingSettings settings =
        new SeedingSettings(
            new HostAddress("127.0.0.1", 0), uploads, Duration.ofSeconds(1), receiverLimit);
    server =
        PeerServer.start(
            settings,
            store,
            _ -> CompletableFuture.failedFuture(new AssertionError("nobody asked to fill")));
    channel =
        NettyChannelBuilder.forAddress("127.0.0.1", server.address().port())
            .usePlaintext()
            .flowControlWindow(65_535)
            .build();
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.close();
    store.close();
  }

  @Test
  void generatedCodeReadsAPieceAndItsSum() {
    int length = 1 << 20;
    ByteArrayOutputStream piece = new ByteArrayOutputStream();
    List<Integer> sums = new ArrayList<>();
    PeerGrpc.newBlockingStub(channel)
        .fetch(fetch(1))
        .forEachRemaining(chunk -> {
          piece.writeBytes(chunk.getData().toByteArray());
          if (chunk.hasCrc32C()) {
            sums.add(chunk.getCrc32C());
          }
        });
    assertEquals(
        ByteBuffer.wrap(BLOB.bytes(), length, length), ByteBuffer.wrap(piece.toByteArray()));
    CRC32C sum = new CRC32C();
    sum.update(BLOB.bytes(), length, length);
    assertEquals(List.of((int) sum.getValue()), sums);
  }

  @Test
  void whoComesWhenEverySlotIsTakenIsTurnedAwayAtOnce() throws Exception {
    Idler idler = new Idler();
    ClientCall<FetchRequest, Chunk> holding = idler.ask(channel);
    idler.headers.get(20, TimeUnit.SECONDS);
    assertEquals(Status.Code.RESOURCE_EXHAUSTED, refusal(fetch(0)));
    holding.cancel("leaves", null);
    Eventually.holds(() -> refusal(fetch(0)) == Status.Code.OK);
  }

  @Test
  void aReceiverThatTakesNothingIsCutOff() throws Exception {
    stop();
    store = Stored.store(folder);
    serve(1, Duration.ofMillis(200));
    Idler idler = new Idler();
    ClientCall<FetchRequest, Chunk> call = idler.ask(channel);
    idler.headers.get(20, TimeUnit.SECONDS);
    Eventually.holds(() -> refusal(fetch(0)) == Status.Code.OK);
    call.request(100);
    assertEquals(Status.Code.CANCELLED, idler.end.get(20, TimeUnit.SECONDS).getCode());
  }

  /** What makes no sense to ask. */
  enum Senseless {
    NO_TASK(of("")),
    DOTS_IN_THE_TASK(of("sha256:../../../../etc/passwd")),
    FROM_NOWHERE(of(BLOB.task().text()).setFill(Origin.getDefaultInstance())),
    DOTS_IN_THE_REPOSITORY(inRepository(BLOB.task(), "docker.io", "a/../../b")),
    NO_REGISTRY(inRepository(BLOB.task(), "", "library/alpine")),
    USER_IN_THE_REGISTRY(inRepository(BLOB.task(), "me@docker.io", "library/alpine")),
    REPOSITORY_WITHOUT_A_DIGEST(inRepository(urlTask(), "docker.io", "library/alpine")),
    FILE_ON_DISK(atUrl("file:///etc/passwd")),
    NO_URL(atUrl("http://a b/")),
    ANOTHER_URL(of(urlTask().text()).setFill(Origin.newBuilder().setUrl("http://evil.example/")));

    private final SyncRequest request;

    Senseless(SyncRequest.Builder request) {
      this.request = request.build();
    }

    private static SyncRequest.Builder of(String task) {
      return SyncRequest.newBuilder().setTask(task);
    }

    private static SyncRequest.Builder atUrl(String url) {
      return of(BLOB.task().text()).setFill(Origin.newBuilder().setUrl(url));
    }

    private static SyncRequest.Builder inRepository(TaskId task, String registry, String name) {
      return of(task.text())
          .setFill(
              Origin.newBuilder()
                  .setRegistryContent(
                      RegistryContent.newBuilder().setRegistry(registry).setRepository(name)));
    }

    private static TaskId urlTask() {
      return new TaskId("url:" + Digest.sha256(new byte[0]).hex());
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatMakesNoSenseIsRefusedAsThat(Senseless senseless) {
    var answers = PeerGrpc.newBlockingStub(channel).sync(senseless.request);
    StatusRuntimeException thrown = assertThrows(StatusRuntimeException.class, answers::hasNext);
    assertEquals(Status.Code.INVALID_ARGUMENT, thrown.getStatus().getCode());
  }

  @Test
  void aPieceThatTheTaskDoesNotHaveIsRefusedAsThat() {
    assertEquals(Status.Code.INVALID_ARGUMENT, refusal(fetch(-1)));
    assertEquals(Status.Code.INVALID_ARGUMENT, refusal(fetch(Stored.PIECES)));
    assertEquals(Status.Code.INVALID_ARGUMENT, refusal(fetch(0).toBuilder().setTask("x").build()));
  }

  @Test
  void noiseOnThePortHarmsNobody() throws Exception {
    byte[] noise = new byte[100_000];
    new Random(1).nextBytes(noise);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.address().port())) {
      socket.getOutputStream().write(noise);
    } catch (IOException e) {
      assertTrue(e.getMessage() != null, "hung up on, as is right");
    }
    assertEquals(Status.Code.OK, refusal(fetch(0)));
  }

  @Test
  void aPortThatIsTakenIsNamed() {
    SeedingSettings taken = SeedingSettings.at(server.address());
    IOException thrown =
        assertThrows(IOException.class, () -> PeerServer.start(taken, store, _ -> null));
    assertTrue(thrown.getMessage().contains(server.address().toString()), thrown.getMessage());
  }

  @Test
  void theDefaultsAreThese() {
    HostAddress any = new HostAddress("0.0.0.0", 8472);
    assertEquals(
        new SeedingSettings(any, 64, Duration.ofSeconds(1), Duration.ofSeconds(30)),
        SeedingSettings.at(any));
  }

  private static FetchRequest fetch(int piece) {
    return FetchRequest.newBuilder().setTask(BLOB.task().text()).setPiece(piece).build();
  }

  private Status.Code refusal(FetchRequest request) {
    try {
      PeerGrpc.newBlockingStub(channel).fetch(request).forEachRemaining(_ -> {});
      return Status.Code.OK;
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode();
    }
  }

  /** Asks for a piece and takes none of it. */
  private static final class Idler extends ClientCall.Listener<Chunk> {
    private final CompletableFuture<Metadata> headers = new CompletableFuture<>();
    private final CompletableFuture<Status> end = new CompletableFuture<>();

    ClientCall<FetchRequest, Chunk> ask(ManagedChannel channel) {
      ClientCall<FetchRequest, Chunk> call =
          channel.newCall(PeerGrpc.getFetchMethod(), CallOptions.DEFAULT);
      call.start(this, new Metadata());
      call.sendMessage(fetch(0));
      call.halfClose();
      return call;
    }

    @Override
    public void onHeaders(Metadata metadata) {
      headers.complete(metadata);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      end.complete(status);
    }
  }
}
