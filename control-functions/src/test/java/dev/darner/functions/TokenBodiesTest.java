package dev.darner.functions;

import static dev.darner.functions.Asker.refusal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.rest.Body;
import dev.darner.schema.MemoryStateStore;
import dev.darner.state.FakeClock;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What people send to a replica that is not as it should be, and updates. */
class TokenBodiesTest {
  private static final String TOKENS = "/api/v1/tokens";

  /** What is told of a body. */
  private static final Map<String, String> REASONS =
      Map.ofEntries(
          Map.entry("", "the body is empty"),
          Map.entry("null", "the body is null"),
          Map.entry("{", "the body is not JSON"),
          Map.entry("\"name\"", "the body must be one object"),
          Map.entry("{}", "the body lacks \"name\""),
          Map.entry("{\"name\":\"n\"}", "the body lacks \"role\": one of host"),
          Map.entry(
              "{\"name\":\"n\",\"role\":\"viewer\",\"cluster\":[\"c\"]}",
              "did you mean \"clusters\"?"),
          Map.entry("{\"name\":\"n\",\"role\":\"root\"}", "one of host, viewer, operator, admin"),
          Map.entry("{\"name\":5,\"role\":\"viewer\"}", "\"name\" must be a string"),
          Map.entry("{\"name\":\" \",\"role\":\"viewer\"}", "a token's name is 1 to 64"),
          Map.entry("{\"name\":\"a\\nb\",\"role\":\"viewer\"}", "on one line"),
          Map.entry("{\"name\":\"%s\",\"role\":\"viewer\"}".formatted("n".repeat(65)), "1 to 64"),
          Map.entry(
              "{\"name\":\"n\",\"role\":\"viewer\",\"clusters\":[\"A/B\"]}", "not a cluster name"),
          Map.entry(
              "{\"name\":\"n\",\"role\":\"viewer\",\"clusters\":[null]}",
              "\"clusters[0]\" must be a string"),
          Map.entry(
              "{\"name\":\"n\",\"role\":\"admin\",\"clusters\":[\"c\"]}",
              "an admin is of all clusters"),
          Map.entry(
              "{\"name\":\"n\",\"role\":\"viewer\",\"expires\":\"soon\"}", "an instant such as"),
          Map.entry(
              "{\"name\":\"n\",\"role\":\"viewer\",\"expires\":\"2025-12-31T23:59:59Z\"}",
              "must lie in the future"),
          Map.entry(
              "{\"name\":\"n\",\"role\":\"viewer\",\"expires\":\"+99999-01-01T00:00:00Z\"}",
              "too far away"));

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final BlockingQueue<String> notices = new LinkedBlockingQueue<>();
  private final FakeClock clock = new FakeClock();
  private Replica replica;
  private Asker admin;

  @BeforeEach
  void start() throws Exception {
    MemoryStateStore store = new MemoryStateStore(InstantSource.system(), threads);
    replica = Replica.guarded(store, AccessTest.TOKENS, clock, notices::add).ready();
    admin = new Asker(replica, AccessTest.firstToken(notices.poll(1, TimeUnit.MINUTES)));
  }

  @AfterEach
  void stop() {
    replica.close();
    threads.shutdownNow();
  }

  @Test
  void aBodyThatCannotBeIsAnsweredWithTheReason() throws Exception {
    for (Map.Entry<String, String> reason : REASONS.entrySet()) {
      String said = refusal(400, admin.send("POST", TOKENS, reason.getKey()));
      assertTrue(said.contains(reason.getValue()), () -> reason.getKey() + ": " + said);
    }
    assertEquals(1, admin.json(TOKENS).path("tokens").size());
    assertEquals(1, admin.json("/api/v1/audit").path("entries").size());
  }

  @Test
  void aHugeBodyIsRefusedHoweverItComes() throws Exception {
    String huge = "{\"name\":\"%s\"".formatted("n".repeat(Body.LARGEST));
    String told = "the body is larger than %d bytes".formatted(Body.LARGEST);
    assertEquals(told, refusal(413, admin.send("POST", TOKENS, huge)));
    assertEquals(told, refusal(413, admin.stream(TOKENS, huge.repeat(3))));
    String large = "{\"name\":\"%s\"}".formatted("n".repeat(Body.LARGEST - 11));
    assertEquals(Body.LARGEST, large.length());
    assertTrue(refusal(400, admin.send("POST", TOKENS, large)).contains("1 to 64"));
    assertTrue(refusal(400, admin.stream(TOKENS, large)).contains("1 to 64"));
  }

  @Test
  void aBodyThatDoesNotSayThatItIsJsonIsRefused() throws Exception {
    String good = "{\"name\":\"n\",\"role\":\"viewer\"}";
    for (String type : List.of("text/plain", "application/x-www-form-urlencoded", "nonsense")) {
      HttpResponse<String> answer =
          replica.send(
              admin
                  .request(TOKENS)
                  .header("Content-Type", type)
                  .POST(BodyPublishers.ofString(good)));
      assertTrue(refusal(415, answer).contains("Content-Type: application/json"), type);
    }
    refusal(415, replica.send(admin.request(TOKENS).POST(BodyPublishers.ofString(good))));
    HttpResponse<String> charset =
        replica.send(
            admin
                .request(TOKENS)
                .header("Content-Type", "application/json; charset=utf-8")
                .POST(BodyPublishers.ofString(good)));
    assertEquals(201, charset.statusCode());
  }

  @Test
  void aPathThatCannotBeIsNothing() throws Exception {
    for (String id : List.of("a%2Fb", "%00", "%0a", "..", "%2e%2e", "NO", "a".repeat(5000))) {
      HttpResponse<String> answer = admin.get(TOKENS + "/" + id);
      assertTrue(List.of(400, 404, 414).contains(answer.statusCode()), id + answer.body());
      refusal(answer.statusCode(), answer);
    }
    refusal(404, admin.get("/api/v1/nothing"));
    refusal(405, admin.send("PUT", TOKENS, "{}"));
    assertEquals(
        "GET, HEAD, POST",
        admin.send("DELETE", TOKENS, null).headers().firstValue("Allow").orElse(""));
  }

  @Test
  void whatIsNoHttpIsAnsweredInTheSameForm() throws Exception {
    for (String request :
        List.of(
            "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET /api/v1/hosts?cluster=%zz HTTP/1.1\r\nHost: x\r\n%s\r\n",
            "GET /api/v1/hosts?limit=% HTTP/1.1\r\nHost: x\r\n%s\r\n",
            "GET /healthz HTTP/1.1\r\nHost: x\r\nA\u0001: b\r\n\r\n",
            "POST /api/v1/tokens HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n")) {
      String shown = "Authorization: Bearer %s\r\n".formatted(admin.token());
      String answer = exchange(request.replace("%s", shown));
      assertTrue(answer.startsWith("HTTP/1.1 400"), answer);
      assertTrue(answer.contains("application/problem+json"), answer);
      assertTrue(answer.contains("\"status\":400"), answer);
    }
    assertEquals(200, replica.get("/healthz").statusCode());
  }

  private String exchange(String request) throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), replica.port())) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      socket.shutdownOutput();
      InputStream answer = socket.getInputStream();
      return new String(answer.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void whoUpdatesMustHaveSeenWhatStands() throws Exception {
    JsonNode made = admin.made("{\"name\":\"old\",\"role\":\"viewer\"}");
    String path = TOKENS + "/" + made.path("id").asString();
    String tag = admin.get(path).headers().firstValue("ETag").orElseThrow();
    String change = "{\"name\":\"new\"}";
    refusal(428, admin.send("PATCH", path, change));
    for (String other : List.of("\"1\"", "W/" + tag, "\"\"", "x", tag.replace("\"", ""))) {
      refusal(412, admin.send("PATCH", path, change, "If-Match", other));
    }
    HttpResponse<String> answer = admin.send("PATCH", path, change, "If-Match", "\"1\", " + tag);
    assertEquals(200, answer.statusCode(), answer::body);
    String newTag = answer.headers().firstValue("ETag").orElseThrow();
    assertNotEquals(tag, newTag);
    assertEquals("new", admin.json(path).path("name").asString());
    assertEquals(newTag, admin.get(path).headers().firstValue("ETag").orElseThrow());
    refusal(412, admin.send("PATCH", path, change, "If-Match", tag));
    String end = "{\"expires\":\"2026-01-02T00:00:00Z\"}";
    assertEquals(200, admin.send("PATCH", path, end, "If-Match", "*").statusCode());
    JsonNode shown = admin.json(path);
    assertEquals("new", shown.path("name").asString());
    assertEquals("2026-01-02T00:00:00Z", shown.path("expires").asString());
    refusal(400, admin.send("PATCH", path, "{}", "If-Match", "*"));
    refusal(400, admin.send("PATCH", path, "{\"role\":\"admin\"}", "If-Match", "*"));
    refusal(404, admin.send("PATCH", TOKENS + "/none", change, "If-Match", "*"));
  }

  @Test
  void theSecretIsShownOnceAndNotToBeCached() throws Exception {
    HttpResponse<String> answer =
        admin.send("POST", TOKENS, "{\"name\":\"n\",\"role\":\"viewer\",\"clusters\":[\"c\"]}");
    assertEquals("no-store", answer.headers().firstValue("Cache-Control").orElse(""));
    String path = answer.headers().firstValue("Location").orElseThrow();
    JsonNode shown = admin.json(path);
    assertEquals("viewer", shown.path("role").asString());
    assertEquals("c", shown.path("clusters").path(0).asString());
    assertEquals("bootstrap (first admin)", shown.path("createdBy").asString());
    assertTrue(shown.path("token").isMissingNode() && shown.path("hash").isMissingNode());
    assertTrue(answer.body().contains("\"token\":\"darner_" + shown.path("id").asString() + "_"));
  }
}
