package dev.darner.functions;

import static dev.darner.functions.Asker.refusal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.access.AccessMode;
import dev.darner.access.AccessSettings;
import dev.darner.schema.JetcdStateStore;
import dev.darner.schema.StateStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Tokens over a real etcd, which several replicas share. */
class EtcdAccessTest {
  private static final int REPLICAS = 4;

  private final List<AutoCloseable> opened = new ArrayList<>();
  private final BlockingQueue<String> notices = new LinkedBlockingQueue<>();
  @TempDir Path folder;
  private Etcd etcd;

  @BeforeEach
  void startEtcd() throws Exception {
    etcd = Etcd.started();
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable thing : opened.reversed()) {
      thing.close();
    }
    etcd.close();
  }

  private synchronized <T extends AutoCloseable> T keep(T thing) {
    opened.add(thing);
    return thing;
  }

  private Replica replica() {
    return replica(AccessTest.TOKENS);
  }

  private Replica replica(AccessSettings access) {
    StateStore store =
        keep(
            new JetcdStateStore(
                List.of(etcd.endpoint()),
                JetcdStateStore.DEFAULT_DEADLINE,
                InstantSource.system()));
    return keep(Replica.guarded(store, access, InstantSource.system(), notices::add));
  }

  private Asker admin(Replica replica) throws Exception {
    return new Asker(replica, AccessTest.firstToken(notices.poll(1, TimeUnit.MINUTES)));
  }

  @Test
  void ofReplicasThatStartAtOnceOneMakesTheFirstToken() throws Exception {
    CyclicBarrier start = new CyclicBarrier(REPLICAS);
    List<Replica> replicas = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Replica>> started =
          IntStream.range(0, REPLICAS)
              .mapToObj(i ->
                  threads.submit(() -> {
                    start.await();
                    return replica();
                  }))
              .toList();
      for (Future<Replica> one : started) {
        replicas.add(one.get().ready());
      }
    }
    Asker admin = admin(replicas.getFirst());
    for (Replica replica : replicas) {
      assertEquals("admin", admin.at(replica).json("/api/v1/whoami").path("role").asString());
      // A replica that is asked to change something has settled, or finds an admin when it does.
      admin.at(replica).made("{\"name\":\"n\",\"role\":\"viewer\"}");
    }
    assertEquals(List.of(), List.copyOf(notices));
    List<String> keys =
        etcd.show("/darner/v1/tokens/").stream().filter(line -> line.startsWith("/")).toList();
    assertEquals(1 + REPLICAS, keys.size(), keys::toString);
    JsonNode bootstrap = admin.json("/api/v1/audit?since=2026-01-01T00:00:00Z").path("entries");
    assertEquals(
        1, bootstrap.valueStream().filter(e -> e.path("name").asString().equals("darner")).count());
  }

  @Test
  void aTokenWorksAtOnceAtEveryReplicaAndIsRevokedEverywhere() throws Exception {
    Replica one = replica().ready();
    Asker admin = admin(one);
    Replica other = replica().ready();
    for (int i = 0; i < 50; i++) {
      JsonNode made = admin.made("{\"name\":\"t%d\",\"role\":\"viewer\"}".formatted(i));
      Asker viewer = new Asker(other, made.path("token").asString());
      assertEquals(200, viewer.get("/api/v1/hosts").statusCode());
      if (i % 10 == 0) {
        String path = "/api/v1/tokens/" + made.path("id").asString();
        assertEquals(204, admin.send("DELETE", path, null).statusCode());
        refusal(401, viewer.at(one).get("/api/v1/hosts"));
        Eventually.holds("it is revoked", () -> viewer.get("/api/v1/hosts").statusCode() == 401);
      }
    }
  }

  @Test
  void afterEtcdWasWipedOneReplicaMakesAnotherFirstTokenWithoutARestart() throws Exception {
    Replica one = replica().ready();
    Asker before = admin(one);
    Replica other = replica().ready();
    assertEquals(200, before.at(other).get("/api/v1/whoami").statusCode());
    // Twice: when it is wiped the second time, each replica has found an admin before.
    for (int wipe = 0; wipe < 2; wipe++) {
      etcd.wipe();
      Asker admin = admin(one);
      assertNotEquals(before.token(), admin.token());
      for (Replica replica : List.of(one, other)) {
        Eventually.holds("he is known", () -> canChange(admin.at(replica)));
        refusal(401, before.at(replica).get("/api/v1/whoami"));
      }
      assertEquals(List.of(), List.copyOf(notices));
    }
  }

  @Test
  void afterEtcdWasWipedTheTokenOfTheFileIsWrittenAgain() throws Exception {
    String text = "0123456789abcdef0123456789abcdef";
    AccessSettings given =
        new AccessSettings(
            AccessMode.TOKENS,
            Optional.of(Files.writeString(folder.resolve("token"), text)),
            1000,
            1000);
    Asker admin = new Asker(replica(given).ready(), text);
    Eventually.holds("he is known", () -> canChange(admin));
    etcd.wipe();
    Eventually.holds("it is written", () -> !etcd.show("/darner/v1/tokens/bootstrap").isEmpty());
    Eventually.holds("he is known again", () -> canChange(admin));
    assertEquals(List.of(), List.copyOf(notices));
  }

  private static boolean canChange(Asker admin) throws Exception {
    String wish = "{\"name\":\"n\",\"role\":\"viewer\"}";
    return admin.send("POST", "/api/v1/tokens", wish).statusCode() == 201;
  }

  @Test
  void withoutEtcdKnownTokensHoldAndNothingIsChanged() throws Exception {
    Replica replica = replica().ready();
    Asker admin = admin(replica);
    Asker viewer = admin.create("{\"name\":\"v\",\"role\":\"viewer\"}");
    etcd.freeze();
    assertEquals(200, viewer.get("/api/v1/hosts").statusCode());
    assertEquals(200, admin.get("/api/v1/tokens").statusCode());
    String wish = "{\"name\":\"late\",\"role\":\"viewer\"}";
    refusal(503, admin.send("POST", "/api/v1/tokens", wish));
    refusal(503, admin.send("DELETE", "/api/v1/tokens/bootstrap", null));
    refusal(503, admin.get("/api/v1/audit"));
    Eventually.holds("it says so", () -> admin.json("/api/v1/tokens").path("degraded").asBoolean());
    assertEquals(200, viewer.get("/api/v1/hosts").statusCode());
    etcd.thaw();
    Eventually.holds(
        "it is back", () -> admin.send("POST", "/api/v1/tokens", wish).statusCode() == 201);
    assertEquals(200, viewer.get("/api/v1/hosts").statusCode());
  }

  @Test
  void whatIsWrittenCanBeReadByAPersonAndTellsNoSecret() throws Exception {
    Replica replica = replica().ready();
    Asker admin = admin(replica);
    JsonNode made = admin.made("{\"name\":\"ci\",\"role\":\"operator\",\"clusters\":[\"c\"]}");
    List<String> shown = etcd.show("/darner/v1/");
    String id = made.path("id").asString();
    assertTrue(
        shown.stream()
            .anyMatch(line -> line.contains("\"role\":\"operator\",\"clusters\":[\"c\"]")),
        shown::toString);
    assertTrue(
        shown.stream()
            .anyMatch(line ->
                line.contains("\"token\":\"bootstrap\",\"name\":\"first admin\"")
                    && line.contains("\"target\":\"token %s (ci, operator)\"".formatted(id))
                    && line.contains("\"outcome\":\"201 Created\"")),
        shown::toString);
    for (String text : List.of(admin.token(), made.path("token").asString())) {
      String secret = text.substring(text.indexOf('_', "darner_".length()) + 1);
      assertFalse(shown.toString().contains(secret));
    }
  }
}
