package dev.darner.seeding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.Digest;
import dev.darner.model.HostAddress;
import dev.darner.model.TaskId;
import dev.darner.model.Topology;
import dev.darner.proto.Origin;
import dev.darner.proto.PeerGrpc;
import dev.darner.proto.RegistryContent;
import dev.darner.proto.SyncRequest;
import dev.darner.proto.SyncUpdate;
import dev.darner.store.BlobStore;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
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
  private static final HostAddress ANYWHERE = new HostAddress("127.0.0.1", 0);

  @TempDir Path folder;
  private BlobStore store;
  private PeerServer server;
  private ManagedChannel channel;

  @BeforeEach
  void start() throws Exception {
    store = Stored.store(folder);
    BLOB.seal(store);
    server =
        PeerServer.start(
            SeedingSettings.at(ANYWHERE, ANYWHERE),
            store,
            _ -> CompletableFuture.failedFuture(new AssertionError("nobody asked to fill")));
    channel =
        NettyChannelBuilder.forAddress("127.0.0.1", server.address().port()).usePlaintext().build();
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.close();
    store.close();
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
  void noiseOnThePortHarmsNobody() throws Exception {
    byte[] noise = new byte[100_000];
    new Random(1).nextBytes(noise);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.address().port())) {
      socket.getOutputStream().write(noise);
    } catch (IOException e) {
      assertTrue(e.getMessage() != null, "hung up on, as is right");
    }
    assertTrue(told().getSealed());
  }

  @Test
  void updatesNameThePortOfTheLane() {
    assertEquals(server.bulkPort(), told().getBulkPort());
  }

  @Test
  void aPortThatIsTakenIsNamed() {
    HostAddress lane = new HostAddress("127.0.0.1", server.bulkPort());
    assertNames(server.address(), SeedingSettings.at(server.address(), ANYWHERE));
    assertNames(lane, SeedingSettings.at(ANYWHERE, lane));
  }

  private void assertNames(HostAddress taken, SeedingSettings settings) {
    IOException thrown =
        assertThrows(IOException.class, () -> PeerServer.start(settings, store, _ -> null));
    assertTrue(thrown.getMessage().contains(taken.toString()), thrown.getMessage());
  }

  @Test
  void theDefaultsAreThese() {
    HostAddress any = new HostAddress("0.0.0.0", 8472);
    HostAddress lane = new HostAddress("0.0.0.0", 8474);
    assertEquals(
        new SeedingSettings(
            any,
            lane,
            64,
            Duration.ofSeconds(1),
            Duration.ofSeconds(30),
            Topology.UNKNOWN,
            Optional.empty()),
        SeedingSettings.at(any, lane));
  }

  private SyncUpdate told() {
    return PeerGrpc.newBlockingStub(channel)
        .sync(SyncRequest.newBuilder().setTask(BLOB.task().text()).build())
        .next();
  }
}
