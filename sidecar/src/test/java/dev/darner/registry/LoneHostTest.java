package dev.darner.registry;

import static dev.darner.registry.DoorSetup.random;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.darner.model.ByteSize;
import dev.darner.model.Digest;
import dev.darner.model.TaskId;
import dev.darner.store.StoreSettings;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The way of a byte through one host: a real registry server, every room, a client's socket. */
@Timeout(90)
class LoneHostTest {
  private static final byte[] BLOB = random(6_000_000);
  private static final Digest DIGEST = Digest.sha256(BLOB);
  private static final int FIRST = 3_000_000;
  private static final String LAYER = "application/vnd.example.layer";

  @TempDir Path folder;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final ConcurrentLinkedQueue<String> asked = new ConcurrentLinkedQueue<>();
  private HttpServer server;
  private LoneHost host;

  @BeforeEach
  void open() throws Exception {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.start();
    host = new LoneHost(folder, "http://" + registry());
  }

  @AfterEach
  void close() {
    host.close();
    server.stop(0);
    threads.shutdownNow();
  }

  private String registry() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  /** One answer of the registry. */
  private interface Script {
    void play(HttpExchange exchange) throws IOException;
  }

  private void on(String path, Script script) {
    server.createContext(
        path,
        exchange -> {
          asked.add(
              exchange.getRequestMethod() + " " + exchange.getRequestHeaders().getFirst("Range"));
          try (exchange) {
            script.play(exchange);
          }
        });
  }

  private String originPath() {
    return "/v2/app/blobs/" + DIGEST;
  }

  private RawClient asking() throws IOException {
    return host.client().ask("GET", originPath() + "?ns=" + registry());
  }

  private static void head(HttpExchange exchange, int offset) throws IOException {
    exchange.getResponseHeaders().add("Content-Type", LAYER);
    if (offset > 0) {
      String range = "bytes %d-%d/%d".formatted(offset, BLOB.length - 1, BLOB.length);
      exchange.getResponseHeaders().add("Content-Range", range);
    }
    exchange.sendResponseHeaders(offset > 0 ? 206 : 200, BLOB.length - offset);
  }

  private static int offset(HttpExchange exchange) {
    String range = exchange.getRequestHeaders().getFirst("Range");
    return range == null ? 0 : Integer.parseInt(range.replaceAll("[^0-9]", ""));
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new InterruptedIOException();
    }
  }

  @Test
  void theFirstBytesReachTheClientWhileTheOriginHoldsBackTheRest() throws Exception {
    CountDownLatch seen = new CountDownLatch(1);
    on(
        originPath(),
        exchange -> {
          head(exchange, 0);
          OutputStream out = exchange.getResponseBody();
          out.write(BLOB, 0, FIRST);
          out.flush();
          await(seen);
          out.write(BLOB, FIRST, BLOB.length - FIRST);
        });
    try (RawClient client = asking()) {
      RawClient.Head head = client.head();
      assertEquals(200, head.status());
      assertEquals(LAYER, head.header("content-type"));
      assertArrayEquals(Arrays.copyOf(BLOB, 1_000_000), client.body(1_000_000));
      seen.countDown();
      assertArrayEquals(
          Arrays.copyOfRange(BLOB, 1_000_000, BLOB.length), client.body(BLOB.length - 1_000_000));
    }
    assertEquals(List.of("GET null"), List.copyOf(asked));
  }

  @Test
  void manyClientsOneReadOfTheOrigin() throws Exception {
    on(
        originPath(),
        exchange -> {
          head(exchange, 0);
          exchange.getResponseBody().write(BLOB);
        });
    List<Future<byte[]>> bodies = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      bodies.add(
          threads.submit(() -> {
            try (RawClient client = asking()) {
              return client.body(client.head().length());
            }
          }));
    }
    for (Future<byte[]> body : bodies) {
      assertArrayEquals(BLOB, body.get());
    }
    assertEquals(List.of("GET null"), List.copyOf(asked));
  }

  @Test
  void anOriginThatBreaksOffIsReadOnWhereItStopped() throws Exception {
    AtomicBoolean broken = new AtomicBoolean();
    on(
        originPath(),
        exchange -> {
          int offset = offset(exchange);
          head(exchange, offset);
          OutputStream out = exchange.getResponseBody();
          if (broken.compareAndSet(false, true)) {
            out.write(BLOB, 0, FIRST);
            out.flush();
            throw new IOException("the line is cut");
          }
          out.write(BLOB, offset, BLOB.length - offset);
        });
    try (RawClient client = asking()) {
      assertArrayEquals(BLOB, client.body(client.head().length()));
    }
    assertEquals(2, asked.size());
    assertTrue(List.copyOf(asked).getLast().startsWith("GET bytes="), asked.toString());
  }

  @Test
  void wrongBytesNeverEndAsAnAnswerAndAreNotKept() throws Exception {
    byte[] wrong = BLOB.clone();
    wrong[BLOB.length - 1] ^= 1;
    on(
        originPath(),
        exchange -> {
          head(exchange, 0);
          exchange.getResponseBody().write(wrong);
        });
    try (RawClient client = asking()) {
      RawClient.Head head = client.head();
      if (head.status() == 200) {
        assertTrue(client.rest().length < BLOB.length);
      } else {
        assertEquals(503, head.status());
      }
    }
    assertTrue(host.store().open(TaskId.of(DIGEST)).isEmpty());
    try (RawClient client = host.client()) {
      assertEquals(200, client.ask("GET", "/v2/").head().status(), "it lives on");
    }
  }

  @Test
  void theOriginsRefusalsAreHandedOn() throws Exception {
    on(
        originPath(),
        exchange -> {
          exchange.getResponseHeaders().add("WWW-Authenticate", "Basic realm=\"here\"");
          exchange.sendResponseHeaders(401, -1);
        });
    try (RawClient client = asking()) {
      RawClient.Head head = client.head();
      assertEquals(401, head.status());
      assertEquals("Basic realm=\"here\"", head.header("www-authenticate"));
    }
    try (RawClient client = host.client()) {
      String elsewhere = "/v2/app/blobs/" + DIGEST + "?ns=elsewhere.example";
      RawClient.Head head = client.ask("GET", elsewhere).head();
      assertEquals(403, head.status());
      assertTrue(client.text(head).contains("--allow elsewhere.example"));
      String missing = "/v2/app/manifests/v9?ns=" + registry();
      assertEquals(404, client.ask("HEAD", missing).head().status());
    }
  }

  @Test
  void aTagIsResolvedAndItsManifestKept() throws Exception {
    byte[] manifest = "{\"schemaVersion\": 2}".getBytes(StandardCharsets.UTF_8);
    Digest digest = Digest.sha256(manifest);
    String type = "application/vnd.oci.image.manifest.v1+json";
    Script script =
        exchange -> {
          exchange.getResponseHeaders().add("Content-Type", type);
          exchange.getResponseHeaders().add("Docker-Content-Digest", digest.toString());
          boolean head = exchange.getRequestMethod().equals("HEAD");
          if (head) {
            exchange.getResponseHeaders().add("Content-Length", "" + manifest.length);
          }
          exchange.sendResponseHeaders(200, head ? -1 : manifest.length);
          exchange.getResponseBody().write(head ? new byte[0] : manifest);
        };
    on("/v2/app/manifests/v1", script);
    on("/v2/app/manifests/" + digest, script);
    try (RawClient client = host.client()) {
      for (int i = 0; i < 3; i++) {
        RawClient.Head head = client.ask("GET", "/v2/app/manifests/v1?ns=" + registry()).head();
        assertEquals(200, head.status());
        assertEquals(type, head.header("content-type"));
        assertArrayEquals(manifest, client.body(head.length()));
      }
    }
    assertEquals(List.of("HEAD null", "GET null"), List.copyOf(asked));
  }

  @Test
  void aBlobLargerThanTheQuotaIsRefusedWithWhatToDoAndASmallOneIsServed(@TempDir Path data)
      throws Exception {
    byte[] small = random(1000);
    String smallPath = "/v2/app/blobs/" + Digest.sha256(small);
    on(originPath(), exchange -> send(exchange, BLOB));
    on(smallPath, exchange -> send(exchange, small));
    StoreSettings tiny = StoreSettings.DEFAULTS.withQuota(new ByteSize(1 << 20));
    try (LoneHost full = new LoneHost(data, tiny, "http://" + registry());
        RawClient client = full.client()) {
      RawClient.Head refused = client.ask("GET", originPath() + "?ns=" + registry()).head();
      assertEquals(503, refused.status());
      assertTrue(refused.header("content-type").startsWith("application/json"));
      JsonNode error = new JsonMapper().readTree(client.text(refused)).at("/errors/0");
      assertEquals("UNAVAILABLE", error.path("code").asString());
      String said = error.path("message").asString();
      assertTrue(said.contains(data + ", where 0 B is taken of a quota of 1.0 MiB"), said);
      assertTrue(said.contains("raise the quota, or free some of the disk"), said);

      RawClient.Head served = client.ask("GET", smallPath + "?ns=" + registry()).head();
      assertEquals(200, served.status());
      assertArrayEquals(small, client.body(served.length()));
    }
  }

  private static void send(HttpExchange exchange, byte[] body) throws IOException {
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
  }

  @Test
  void aDeadOriginIsUnavailable() throws Exception {
    String dead = registry();
    server.stop(0);
    try (RawClient client = host.client()) {
      RawClient.Head head = client.ask("GET", "/v2/app/blobs/" + DIGEST + "?ns=" + dead).head();
      assertEquals(503, head.status());
      String said = client.text(head);
      assertTrue(said.contains("cannot ask " + dead), said);
    }
  }
}
