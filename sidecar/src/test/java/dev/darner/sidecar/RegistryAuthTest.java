package dev.darner.sidecar;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.darner.model.Digest;
import dev.darner.settings.CommandFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node with a login of its own, before a registry that gives nothing without one. */
@Timeout(60)
class RegistryAuthTest {
  private static final byte[] BLOB = "a private blob".getBytes(StandardCharsets.UTF_8);
  private static final String PATH = "/v2/team/app/blobs/" + Digest.sha256(BLOB);
  private static final String LOGIN =
      Base64.getEncoder().encodeToString("node:pw".getBytes(StandardCharsets.UTF_8));

  @TempDir Path folder;
  private HttpServer registry;

  @BeforeEach
  void listen() throws IOException {
    registry = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
    registry.createContext(PATH, RegistryAuthTest::answer);
    registry.start();
  }

  @AfterEach
  void stop() {
    registry.stop(0);
  }

  private static void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String given = exchange.getRequestHeaders().getFirst("Authorization");
      if (("Basic " + LOGIN).equals(given)) {
        exchange.sendResponseHeaders(200, BLOB.length);
        exchange.getResponseBody().write(BLOB);
      } else {
        exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"private\"");
        exchange.sendResponseHeaders(401, -1);
      }
    }
  }

  private String host() {
    return "127.0.0.1:" + registry.getAddress().getPort();
  }

  private Path login(String json) throws IOException {
    return Files.writeString(folder.resolve("config.json"), json);
  }

  /** What a client that gives no credential is answered by a node with these flags more. */
  private HttpResponse<byte[]> pull(Map<String, String> flags)
      throws IOException, InterruptedException {
    Map<String, String> all = new HashMap<>(flags);
    all.put("--allow", "http://" + host());
    try (Node node = Node.start(Told.onLoopback(folder.resolve("data"), all));
        HttpClient client = HttpClient.newHttpClient()) {
      String url = "http://%s%s?ns=%s".formatted(node.registryAddress(), PATH, host());
      return client.send(
          HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofByteArray());
    }
  }

  @Test
  void theNodesOwnLoginIsUsedForAClientThatGivesNone() throws Exception {
    Path file = login("{\"auths\": {\"%s\": {\"auth\": \"%s\"}}}".formatted(host(), LOGIN));
    HttpResponse<byte[]> answer = pull(Map.of("--registry-auth", file.toString()));
    assertEquals(200, answer.statusCode());
    assertArrayEquals(BLOB, answer.body());
  }

  @Test
  void withoutOneTheClientIsAskedForIt() throws Exception {
    HttpResponse<byte[]> answer = pull(Map.of());
    assertEquals(401, answer.statusCode());
    assertEquals(
        "Basic realm=\"private\"", answer.headers().firstValue("WWW-Authenticate").orElse(""));
  }

  @Test
  void aFileThatCannotBeUsedStopsTheStart() throws Exception {
    String file = login("{\"auths\": {\"a\": {\"auth\": \"!\"}}}").toString();
    for (String unusable : new String[] {file, folder.resolve("absent").toString()}) {
      Map<String, String> flags = Map.of("--registry-auth", unusable);
      String said = assertThrows(CommandFailure.class, () -> pull(flags)).getMessage();
      assertTrue(said.contains(unusable), said);
    }
  }
}
