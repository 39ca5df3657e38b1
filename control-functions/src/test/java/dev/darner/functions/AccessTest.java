package dev.darner.functions;

import static dev.darner.functions.Asker.refusal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.access.AccessMode;
import dev.darner.access.AccessSettings;
import dev.darner.proto.HostInfo;
import dev.darner.schema.Key;
import dev.darner.schema.MemoryStateStore;
import dev.darner.schema.StateException;
import dev.darner.schema.Transaction;
import dev.darner.state.FakeClock;
import dev.darner.state.FlakyStore;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** One replica over memory that wants tokens, asked through its port. */
class AccessTest {
  static final AccessSettings TOKENS =
      new AccessSettings(AccessMode.TOKENS, Optional.empty(), 1000, 1000);

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final MemoryStateStore memory = new MemoryStateStore(InstantSource.system(), threads);
  private final FlakyStore store = new FlakyStore(memory);
  private final FakeClock clock = new FakeClock();
  private final BlockingQueue<String> notices = new LinkedBlockingQueue<>();
  private Replica replica;
  private Asker nobody;
  private Asker admin;

  @BeforeEach
  void start() throws Exception {
    replica = Replica.guarded(store, TOKENS, clock, notices::add).ready();
    nobody = new Asker(replica, "");
    admin = new Asker(replica, firstToken(notices.poll(1, TimeUnit.MINUTES)));
  }

  @AfterEach
  void stop() {
    replica.close();
    threads.shutdownNow();
  }

  /** The token in what a person is told. */
  static String firstToken(String notice) {
    return notice
        .lines()
        .map(String::strip)
        .filter(line -> line.startsWith("darner_"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void theFirstTokenIsAnAdmins() throws Exception {
    assertEquals("admin", admin.json("/api/v1/whoami").path("role").asString());
    assertEquals(1, admin.json("/api/v1/tokens").path("tokens").size());
    assertEquals(List.of(), List.copyOf(notices));
    String secret = admin.token().substring("darner_bootstrap_".length());
    assertFalse(admin.get("/api/v1/tokens").body().contains(secret));
  }

  @Test
  void withoutATokenOnlyTheProbesAnswer() throws Exception {
    for (String path : List.of("hosts", "tasks", "tokens", "audit", "whoami", "tokens/bootstrap")) {
      HttpResponse<String> answer = nobody.get("/api/v1/" + path);
      refusal(401, answer);
      assertEquals(
          "Bearer realm=\"darner\"", answer.headers().firstValue("WWW-Authenticate").orElse(""));
    }
    refusal(401, nobody.send("POST", "/api/v1/tokens", "{}"));
    assertEquals(200, nobody.get("/healthz").statusCode());
    assertEquals(200, nobody.get("/readyz").statusCode());
  }

  @Test
  void aRoleMayWhatItMayAndNoMore() throws Exception {
    Asker viewer = admin.create("{\"name\":\"v\",\"role\":\"viewer\"}");
    Asker operator = admin.create("{\"name\":\"o\",\"role\":\"operator\"}");
    for (Asker asker : List.of(viewer, operator)) {
      for (String path : List.of("hosts", "tasks", "whoami")) {
        assertEquals(200, asker.get("/api/v1/" + path).statusCode(), path);
      }
      for (String path : List.of("tokens", "audit", "tokens/bootstrap")) {
        String reason = refusal(403, asker.get("/api/v1/" + path));
        assertTrue(reason.contains("this takes the role admin"), reason);
      }
      refusal(403, asker.send("POST", "/api/v1/tokens", "{\"name\":\"x\",\"role\":\"admin\"}"));
      refusal(403, asker.send("DELETE", "/api/v1/tokens/bootstrap", null));
    }
    assertEquals(3, admin.json("/api/v1/tokens").path("tokens").size());
  }

  @Test
  void aTokenOfSomeClustersSeesThoseOnly() throws Exception {
    HostInfo here = Replica.host(1, false);
    replica.announce(here, 1, 0, List.of(Replica.holding(1, true, 10)));
    HostInfo there = Replica.host(2, false).toBuilder().setCluster("other").build();
    replica.announce(there, 1, 0, List.of(Replica.holding(2, true, 10)));
    Asker some = admin.create("{\"name\":\"s\",\"role\":\"viewer\",\"clusters\":[\"c\"]}");
    for (String list : List.of("hosts", "tasks")) {
      assertEquals(2, admin.json("/api/v1/" + list).path(list).size());
      JsonNode seen = some.json("/api/v1/" + list).path(list);
      assertEquals(1, seen.size());
      assertEquals("c", seen.path(0).path("cluster").asString());
      assertEquals(200, some.get("/api/v1/" + list + "?cluster=c").statusCode());
      refusal(403, some.get("/api/v1/" + list + "?cluster=other"));
    }
  }

  @Test
  void aTokenIsRefusedOnceItExpired() throws Exception {
    String end = clock.instant().plusSeconds(60).toString();
    Asker brief =
        admin.create("{\"name\":\"b\",\"role\":\"viewer\",\"expires\":\"%s\"}".formatted(end));
    assertEquals(200, brief.get("/api/v1/hosts").statusCode());
    clock.pass(Duration.ofSeconds(60));
    HttpResponse<String> answer = brief.get("/api/v1/hosts");
    assertTrue(refusal(401, answer).contains("expired at " + end));
    assertTrue(
        answer.headers().firstValue("WWW-Authenticate").orElse("").contains("invalid_token"));
    JsonNode shown =
        admin
            .json("/api/v1/tokens")
            .path("tokens")
            .valueStream()
            .filter(token -> token.path("name").asString().equals("b"))
            .findFirst()
            .orElseThrow();
    assertTrue(shown.path("expired").asBoolean());
  }

  @Test
  void aRevokedTokenIsRefused() throws Exception {
    JsonNode made = admin.made("{\"name\":\"r\",\"role\":\"operator\"}");
    String path = "/api/v1/tokens/" + made.path("id").asString();
    Asker revoked = new Asker(replica, made.path("token").asString());
    assertEquals(200, revoked.get("/api/v1/hosts").statusCode());
    assertEquals(204, admin.send("DELETE", path, null).statusCode());
    refusal(401, revoked.get("/api/v1/hosts"));
    refusal(404, admin.send("DELETE", path, null));
    refusal(404, admin.get(path));
  }

  @Test
  void theLastAdminCannotShutTheDoorBehindHimself() throws Exception {
    admin.create("{\"name\":\"o\",\"role\":\"operator\"}");
    refusal(409, admin.send("DELETE", "/api/v1/tokens/bootstrap", null));
    Asker second = admin.create("{\"name\":\"a\",\"role\":\"admin\"}");
    assertEquals(204, second.send("DELETE", "/api/v1/tokens/bootstrap", null).statusCode());
    refusal(401, admin.get("/api/v1/tokens"));
  }

  @Test
  void ofTwoAdminsWhoRevokeOneAnotherOneStays() throws Exception {
    JsonNode made = admin.made("{\"name\":\"a\",\"role\":\"admin\"}");
    String path = "/api/v1/tokens/" + made.path("id").asString();
    store.beforeCommit(this::revokeFirstWhileRevoking);

    refusal(409, admin.send("DELETE", path, null));

    Asker second = new Asker(replica, made.path("token").asString());
    assertEquals(1, second.json("/api/v1/tokens").path("tokens").size());
  }

  /** As the other admin does, by another replica. */
  private void revokeFirstWhileRevoking() {
    List<String> first = List.of(new Key.Token("bootstrap").text());
    try {
      if (memory.snapshot(Key.AUDIT).entries().stream()
          .anyMatch(entry -> entry.value().contains("token.revoke"))) {
        memory.commit(new Transaction(List.of(), List.of(), first, List.of()));
      }
    } catch (StateException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void eventsEndWhenTheTokenIsRevoked() throws Exception {
    replica.announce(Replica.host(1, true), 1, 0, List.of());
    String body = "{\"image\":\"registry.example/team/app:v1\"}";
    Eventually.holds(
        "the host is known", () -> admin.json("/api/v1/hosts").path("hosts").size() == 1);
    HttpResponse<String> begun = admin.send("POST", "/api/v1/preheats", body);
    assertEquals(201, begun.statusCode(), begun::body);
    JsonNode made = admin.made("{\"name\":\"v\",\"role\":\"viewer\"}");
    Asker viewer = new Asker(replica, made.path("token").asString());
    String events = begun.headers().firstValue("Location").orElseThrow() + "/events";
    String path = "/api/v1/tokens/" + made.path("id").asString();
    try (HttpClient client = HttpClient.newHttpClient();
        InputStream heard =
            client.send(viewer.request(events).build(), BodyHandlers.ofInputStream()).body()) {
      assertEquals('e', heard.read(), "it begins with an event");
      assertEquals(204, admin.send("DELETE", path, null).statusCode());
      String rest = new String(heard.readAllBytes(), StandardCharsets.UTF_8);
      assertFalse(rest.contains("event: end"), rest);
    }
    refusal(401, viewer.get(events));
  }

  @Test
  void whatIsNoTokenIsRefused() throws Exception {
    String good = admin.token();
    for (String bad :
        List.of(
            "",
            "x",
            "darner_",
            "darner_bootstrap_",
            "darner_../../etc_AAAAAAAA",
            good + "A",
            good.substring(0, good.length() - 1),
            good.replace("bootstrap", "0123456789ab"),
            "0123456789abcdef0123456789abcdef",
            "a".repeat(4000))) {
      HttpResponse<String> answer =
          replica.send(replica.request("/api/v1/whoami").header("Authorization", "Bearer " + bad));
      refusal(401, answer);
    }
    for (String other : List.of("Basic YTpi", good, "Bearer" + good)) {
      refusal(401, replica.send(replica.request("/api/v1/whoami").header("Authorization", other)));
    }
    refusal(
        400,
        replica.send(
            replica
                .request("/api/v1/whoami")
                .header("Authorization", "Bearer " + good)
                .header("Authorization", "Bearer " + good)));
    HttpResponse<String> lower =
        replica.send(replica.request("/api/v1/whoami").header("Authorization", "bearer " + good));
    assertEquals(200, lower.statusCode());
  }

  @Test
  void theAuditTellsWhoDidWhatWhenAndWhatCameOfIt() throws Exception {
    clock.pass(Duration.ofHours(1));
    JsonNode made = admin.made("{\"name\":\"ci\",\"role\":\"operator\"}");
    String id = made.path("id").asString();
    clock.pass(Duration.ofHours(1));
    refusal(409, admin.send("DELETE", "/api/v1/tokens/bootstrap", null));
    JsonNode entries = admin.json("/api/v1/audit").path("entries");
    assertEquals(3, entries.size());
    JsonNode refused = entries.path(0);
    assertEquals("token.revoke", refused.path("action").asString());
    assertTrue(refused.path("outcome").asString().startsWith("409 Conflict: "));
    JsonNode created = entries.path(1);
    assertEquals("bootstrap", created.path("token").asString());
    assertEquals("first admin", created.path("name").asString());
    assertEquals("token.create", created.path("action").asString());
    assertEquals("token %s (ci, operator)".formatted(id), created.path("target").asString());
    assertEquals("2026-01-01T01:00:00Z", created.path("at").asString());
    assertEquals("201 Created", created.path("outcome").asString());
    assertEquals("127.0.0.1", created.path("address").asString());
    assertEquals("darner", entries.path(2).path("name").asString());
    assertFalse(entries.toString().contains(made.path("token").asString()));
  }

  @Test
  void theAuditIsReadInPartsTheNewestFirst() throws Exception {
    for (int i = 0; i < 5; i++) {
      clock.pass(Duration.ofMinutes(1));
      admin.made("{\"name\":\"t%d\",\"role\":\"viewer\"}".formatted(i));
    }
    JsonNode first = admin.json("/api/v1/audit?limit=2");
    assertTrue(first.path("entries").path(0).path("target").asString().contains("(t4, viewer)"));
    String more = first.path("continue").asString();
    JsonNode second = admin.json("/api/v1/audit?limit=3&continue=" + more);
    assertTrue(second.path("entries").path(0).path("target").asString().contains("(t2, viewer)"));
    assertEquals(3, second.path("entries").size());
    JsonNode late = admin.json("/api/v1/audit?since=2026-01-01T00:04:00Z");
    assertEquals(2, late.path("entries").size());
    assertFalse(late.has("continue"));
    assertEquals(0, admin.json("/api/v1/audit?action=token.revoke").path("entries").size());
    assertEquals(6, admin.json("/api/v1/audit?action=token.create").path("entries").size());
    refusal(400, admin.get("/api/v1/audit?since=yesterday"));
    refusal(400, admin.get("/api/v1/audit?continue=..%2F..%2F"));
    refusal(400, admin.get("/api/v1/audit?limit=0"));
  }

  @Test
  void aChangeThatLostTheStateIsInTheAuditAsBegun() throws Exception {
    clock.pass(Duration.ofMinutes(1));
    AtomicInteger writes = new AtomicInteger();
    store.beforeCommit(() -> store.unreachable(writes.incrementAndGet() == 1));
    refusal(503, admin.send("POST", "/api/v1/tokens", "{\"name\":\"x\",\"role\":\"viewer\"}"));
    store.beforeCommit(() -> {});
    store.unreachable(false);
    Eventually.holds("it is back", () -> admin.get("/api/v1/audit").statusCode() == 200);
    JsonNode entry = admin.json("/api/v1/audit").path("entries").path(0);
    assertEquals("begun", entry.path("outcome").asString());
    assertEquals("token.create", entry.path("action").asString());
    assertEquals(1, admin.json("/api/v1/tokens").path("tokens").size());
  }

  @Test
  void withoutTheStateKnownTokensHoldAndNothingIsChanged() throws Exception {
    Asker viewer = admin.create("{\"name\":\"v\",\"role\":\"viewer\"}");
    store.unreachable(true);
    assertEquals(200, viewer.get("/api/v1/hosts").statusCode());
    assertEquals(200, admin.get("/api/v1/tokens").statusCode());
    for (HttpResponse<String> answer :
        List.of(
            admin.send("POST", "/api/v1/tokens", "{\"name\":\"x\",\"role\":\"viewer\"}"),
            admin.send("DELETE", "/api/v1/tokens/bootstrap", null),
            admin.get("/api/v1/audit"),
            new Asker(replica, admin.token().replace("bootstrap", "0123456789ab"))
                .get("/api/v1/hosts"))) {
      refusal(503, answer);
      assertTrue(answer.headers().firstValue("Retry-After").isPresent());
    }
    refusal(401, new Asker(replica, admin.token() + "A").get("/api/v1/hosts"));
  }

  @Test
  void whereAccessIsOpenEverybodyMayDoEverything() throws Exception {
    clock.pass(Duration.ofMinutes(1));
    AccessSettings open = new AccessSettings(AccessMode.OPEN, Optional.empty(), 1000, 1000);
    try (Replica other = Replica.guarded(store, open, clock, notices::add).ready()) {
      Asker anybody = nobody.at(other);
      assertEquals("open", anybody.json("/api/v1/whoami").path("name").asString());
      anybody.made("{\"name\":\"later\",\"role\":\"admin\"}");
      JsonNode entry = anybody.json("/api/v1/audit").path("entries").path(0);
      assertEquals("open", entry.path("name").asString());
      assertFalse(entry.has("token"));
      assertEquals("127.0.0.1", entry.path("address").asString());
      assertEquals(List.of(), List.copyOf(notices));
    }
  }
}
