package dev.darner.functions;

import static dev.darner.functions.Asker.refusal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.schema.MemoryStateStore;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** How Harbor shows who it is, in each of its ways, to a replica that wants tokens. */
class HarborAccessTest {
  private static final String JOB =
      """
      {"type":"preheat","args":{"type":"image",
      "url":"https://registry.example/v2/team/app/manifests/v1","headers":{}}}
      """;

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final MemoryStateStore store = new MemoryStateStore(InstantSource.system(), threads);
  private final BlockingQueue<String> notices = new LinkedBlockingQueue<>();
  private Replica replica;
  private Asker admin;

  @BeforeEach
  void start() throws Exception {
    replica =
        Replica.guarded(store, AccessTest.TOKENS, InstantSource.system(), notices::add).ready();
    admin = new Asker(replica, AccessTest.firstToken(notices.poll(1, TimeUnit.MINUTES)));
    replica.announce(Replica.host(1, true), 1, 0, List.of());
  }

  @AfterEach
  void stop() {
    replica.close();
    store.close();
    threads.shutdownNow();
  }

  private static String basic(String both) {
    return "Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8));
  }

  private HttpResponse<String> get(String path, String authorization) throws Exception {
    return replica.send(replica.request(path).header("Authorization", authorization));
  }

  @Test
  void aTokenIsShownAsBearerOrAsAPassword() throws Exception {
    String token =
        admin.create("{\"name\":\"harbor\",\"role\":\"operator\",\"clusters\":[\"c\"]}").token();
    for (String way : List.of("Bearer " + token, basic("harbor:" + token), basic(":" + token))) {
      assertEquals(200, get("/healthy", way).statusCode());
      assertEquals(200, get("/_ping", way).statusCode());
      assertEquals(200, get("/health", way).statusCode());
    }
    HttpResponse<String> begun =
        replica.send(
            replica
                .request("/oapi/v1/jobs")
                .header("Authorization", basic("harbor:" + token))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(JOB)));
    assertEquals(200, begun.statusCode(), begun::body);
    long id = new JsonMapper().readTree(begun.body()).path("id").asLong();
    assertEquals("c", admin.json("/api/v1/preheats").at("/preheats/0/clusters/0").asString());
    assertTrue(admin.get("/api/v1/audit").body().contains("preheat harbor-" + id));
    String elsewhere =
        admin.create("{\"name\":\"e\",\"role\":\"operator\",\"clusters\":[\"east\"]}").token();
    refusal(403, get("/oapi/v1/jobs/" + id, "Bearer " + elsewhere));
    assertEquals(200, get("/oapi/v1/jobs/" + id, "Bearer " + token).statusCode());
  }

  @Test
  void whoMayNotPreheatLearnsItFromTheTestOfTheConnection() throws Exception {
    String viewer = admin.create("{\"name\":\"v\",\"role\":\"viewer\"}").token();
    for (String health : List.of("/healthy", "/_ping", "/health")) {
      refusal(401, replica.get(health));
      refusal(401, get(health, basic("harbor:secret")));
      refusal(401, get(health, "Basic !"));
      refusal(401, get(health, "Digest x"));
      refusal(403, get(health, basic("harbor:" + viewer)));
    }
    refusal(401, replica.post("/oapi/v1/jobs", JOB));
    refusal(401, replica.post("/preheats", "{}"));
    refusal(401, replica.post("/registry/notifications", "{\"events\":[]}"));
    refusal(401, replica.get("/oapi/v1/jobs/7"));
  }
}
