package dev.darner.sidecar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.darner.model.Digest;
import dev.darner.proto.AnnounceRequest;
import dev.darner.proto.AnnounceResponse;
import dev.darner.proto.ClusterSettings;
import dev.darner.proto.MembershipGrpc;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node that runs does what its cluster says from its next announce on, and remembers it. */
@Timeout(120)
class ClusterSettingsTest {
  private static final byte[] FIRST = "a blob".getBytes(StandardCharsets.UTF_8);
  private static final byte[] SECOND = "another blob".getBytes(StandardCharsets.UTF_8);

  @TempDir Path folder;
  private final HttpClient client = HttpClient.newHttpClient();
  private final BlockingQueue<AnnounceRequest> heard = new LinkedBlockingQueue<>();
  private volatile AnnounceResponse said = AnnounceResponse.getDefaultInstance();
  private HttpServer registry;
  private Server functions;
  private int port;

  @BeforeEach
  void listen() throws IOException {
    registry = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
    registry.createContext(path(FIRST), exchange -> answer(exchange, FIRST));
    registry.createContext(path(SECOND), exchange -> answer(exchange, SECOND));
    registry.start();
    functions =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(new Membership())
            .build()
            .start();
    port = functions.getPort();
  }

  @AfterEach
  void stop() {
    functions.shutdownNow();
    registry.stop(0);
    client.close();
  }

  /** Keeps what it hears, and answers what the test says. */
  private final class Membership extends MembershipGrpc.MembershipImplBase {
    @Override
    public void announce(AnnounceRequest request, StreamObserver<AnnounceResponse> receiver) {
      heard.add(request);
      receiver.onNext(said);
      receiver.onCompleted();
    }
  }

  private static String path(byte[] blob) {
    return "/v2/team/app/blobs/" + Digest.sha256(blob);
  }

  private static void answer(HttpExchange exchange, byte[] blob) throws IOException {
    try (exchange) {
      exchange.sendResponseHeaders(200, blob.length);
      exchange.getResponseBody().write(blob);
    }
  }

  private String host() {
    return "127.0.0.1:" + registry.getAddress().getPort();
  }

  private SidecarConfig told(String... more) {
    Map<String, String> flags = new HashMap<>(Map.of("--functions", "http://127.0.0.1:" + port));
    for (int i = 0; i < more.length; i += 2) {
      flags.put(more[i], more[i + 1]);
    }
    return Told.onLoopback(folder.resolve("data"), flags);
  }

  private int pull(Node node, byte[] blob) throws IOException, InterruptedException {
    String url = "http://%s%s?ns=%s".formatted(node.registryAddress(), path(blob), host());
    return client
        .send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofByteArray())
        .statusCode();
  }

  /** Lets the node announce itself until it says that it has these settings. */
  private void awaitVersion(long version) throws InterruptedException {
    while (heard.take().getSettingsVersion() != version) {
      Thread.onSpinWait();
    }
  }

  private AnnounceResponse allowing(long version) {
    return AnnounceResponse.newBuilder()
        .setIntervalMillis(500)
        .setCluster("berlin")
        .setClusterReason("it fits")
        .setSettings(
            ClusterSettings.newBuilder()
                .setVersion(version)
                .setUploads(3)
                .setDownloadBytesPerSecond(1 << 30)
                .addAllow("http://" + host()))
        .build();
  }

  @Test
  void whatTheClusterAllowsIsAllowedWithoutARestartAndAfterOneWithoutFunctions() throws Exception {
    said = AnnounceResponse.newBuilder().setIntervalMillis(500).setCluster("berlin").build();
    try (Node node = Node.start(told())) {
      int refused = pull(node, FIRST);
      assertTrue(refused >= 400, "status " + refused);
      said = allowing(9);
      awaitVersion(9);
      assertEquals(200, pull(node, FIRST));
      assertEquals(3, node.live().holding().get("uploads"));
      assertEquals(1L << 30, node.live().holding().get("downloadBytesPerSecond"));
    }
    functions.shutdownNow().awaitTermination();
    try (Node node = Node.start(told())) {
      assertEquals(3, node.live().holding().get("uploads"));
      assertEquals(200, pull(node, SECOND));
    }
  }

  @Test
  void whatTheNodesOwnOperatorWritesGoesBefore() throws Exception {
    said = allowing(9);
    try (Node node = Node.start(told("--allow", "other.example", "--uploads", "5"))) {
      awaitVersion(9);
      assertEquals(5, node.live().holding().get("uploads"));
      assertEquals(1L << 30, node.live().holding().get("downloadBytesPerSecond"));
      int refused = pull(node, FIRST);
      assertTrue(refused >= 400, "status " + refused);
    }
  }
}
