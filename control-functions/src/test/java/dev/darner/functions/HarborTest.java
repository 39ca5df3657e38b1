package dev.darner.functions;

import static dev.darner.functions.Asker.refusal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.proto.Order;
import dev.darner.schema.JetcdStateStore;
import dev.darner.schema.PreheatScope;
import dev.darner.schema.StateStore;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What Harbor says to a preheat provider, by its documented bodies, said to two replicas over a
 * real etcd with hosts that speak the contract.
 */
class HarborTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String BEARER = "Bearer eyJhbGciOiJSUzI1NiJ9.e30.c2ln";
  private static final String URL = "https://registry.example/v2/team/app/manifests/v1";
  private static final String DIGEST = "sha256:" + "ab".repeat(32);
  private static final String KRAKEN =
      """
      {"Events":[{"Id":"x7","TimeStamp":"2026-11-28T10:00:00Z","Action":"push","Target":{
      "MediaType":"application/vnd.docker.distribution.manifest.v2+json","Digest":"%s",
      "Repository":"team/app","Url":"%s","Tag":"v1"},"Request":null,"Actor":null}]}
      """
          .formatted(DIGEST, URL);

  @TempDir Path folder;

  private final List<StateStore> opened = new ArrayList<>();
  private final List<Replica> replicas = new ArrayList<>();
  private final List<OrderedHost> hosts = new ArrayList<>();
  private Etcd etcd;
  private Replica one;
  private Replica two;

  @BeforeEach
  void start() throws Exception {
    etcd = Etcd.started();
    Path key = Files.writeString(folder.resolve("key"), "A".repeat(43) + "=\n");
    one = replica(Optional.of(key), Optional.empty());
    two = replica(Optional.of(key), Optional.empty());
  }

  @AfterEach
  void stop() throws Exception {
    replicas.forEach(Replica::close);
    opened.forEach(StateStore::close);
    etcd.close();
  }

  private Replica replica(Optional<Path> key, Optional<PreheatScope> scope) throws Exception {
    StateStore store =
        new JetcdStateStore(
            List.of(etcd.endpoint()), Duration.ofSeconds(30), InstantSource.system());
    opened.add(store);
    Replica started =
        Replica.over(store, new PreheatSettings(key, Duration.ofDays(1), scope)).ready();
    replicas.add(started);
    return started;
  }

  /** Hosts that all replicas have seen. */
  private void known(OrderedHost... all) throws Exception {
    hosts.addAll(List.of(all));
    hosts.forEach(host -> host.announce(one));
    for (Replica replica : replicas) {
      Eventually.holds(
          "all are known",
          () -> replica.json("/api/v1/hosts").path("hosts").size() == hosts.size());
    }
  }

  private static OrderedHost seed(int number) {
    return new OrderedHost(number, true);
  }

  private static OrderedHost plain(int number) {
    return new OrderedHost(number, false);
  }

  private static String job(String headers, String scope, long timeout) {
    return """
    {"type":"preheat","args":{"type":"image","url":"%s","tag":"","filtered_query_params":"",
    "headers":{%s},"scope":"%s","concurrent_count":0,"timeout":%d},"scheduler_cluster_ids":null}
    """
        .formatted(URL, headers, scope, timeout);
  }

  private static JsonNode accepted(HttpResponse<String> answer) {
    assertEquals(200, answer.statusCode(), answer::body);
    return JSON.readTree(answer.body());
  }

  /** Asks as Harbor does, one replica after the other, while the hosts work. */
  private JsonNode polled(String path, String field, Set<String> underWay) throws Exception {
    List<JsonNode> last = new ArrayList<>();
    Eventually.holds(
        "it is over",
        () -> {
          hosts.forEach(host -> host.announce(two));
          Replica asked = replicas.get(last.size() % 2);
          HttpResponse<String> answer =
              asked.send(asked.request(path).header("Accept", "application/json"));
          last.add(accepted(answer));
          return !underWay.contains(last.getLast().path(field).asString());
        });
    return last.getLast();
  }

  private JsonNode preheat(String id) throws Exception {
    return one.json("/api/v1/preheats/" + id).path("preheat");
  }

  private List<String> preheats() throws Exception {
    return one.json("/api/v1/preheats")
        .path("preheats")
        .valueStream()
        .map(preheat -> preheat.path("id").asString())
        .toList();
  }

  @Test
  void dragonflysJobsDriveAPreheatWithTheBearerTokenOfHarbor() throws Exception {
    known(seed(1), plain(2));
    assertEquals(200, one.get("/healthy").statusCode());
    String body = job("\"Authorization\":\"" + BEARER + "\"", "all_peers", 0);

    JsonNode begun = accepted(one.post("/oapi/v1/jobs", body));

    assertTrue(begun.path("id").isIntegralNumber(), begun::toString);
    long id = begun.path("id").asLong();
    assertTrue(id < 1L << 53, "every language can keep it");
    assertEquals("PENDING", begun.path("state").asString());
    assertEquals(
        Instant.parse(begun.path("created_at").asString()),
        Instant.parse(begun.path("updated_at").asString()));
    JsonNode end = polled("/oapi/v1/jobs/" + id, "state", Set.of("PENDING"));
    assertEquals("SUCCESS", end.path("state").asString(), end::toString);
    assertEquals(id, end.path("id").asLong());
    assertEquals("", end.at("/result/job_states/0/error").asString("-"));
    JsonNode result = end.at("/result/job_states/0/results/0");
    assertEquals(1, result.path("scheduler_cluster_id").asInt());
    assertEquals(0, result.path("failure_tasks").size());
    assertEquals(2, result.path("success_tasks").size(), result::toString);
    assertEquals(
        "{\"url\":\"registry.example/team/app:v1\",\"hostname\":\"n1\",\"ip\":\"10.0.0.1\"}",
        result.at("/success_tasks/0").toString());
    assertFalse(
        Instant.parse(end.path("updated_at").asString())
            .isBefore(Instant.parse(begun.path("created_at").asString())));
    List<String> shown =
        hosts.stream().flatMap(h -> h.orders.stream()).map(HarborTest::authorization).toList();
    assertTrue(shown.contains(BEARER), shown::toString);
    assertTrue(shown.stream().allMatch(s -> s.isEmpty() || s.equals(BEARER)), shown::toString);
    String kept = String.join("\n", etcd.show("/darner/v1/"));
    assertFalse(kept.contains(BEARER.substring(7)), kept);
    JsonNode preheat = preheat("harbor-" + id);
    assertEquals("all-hosts", preheat.path("scope").asString());
    assertEquals(1800, preheat.path("timeoutSeconds").asLong());
  }

  private static String authorization(Order order) {
    return order.hasFetch()
        ? order.getFetch().getAuthorization()
        : order.getResolve().getAuthorization();
  }

  @Test
  void oneHostThatFailsMakesItAFailureThatNamesIt() throws Exception {
    known(seed(1), plain(2).failingWith("no room for 1000 bytes"));
    long id = accepted(one.post("/oapi/v1/jobs", job("", "all_peers", 0))).path("id").asLong();

    JsonNode end = polled("/oapi/v1/jobs/" + id, "state", Set.of("PENDING"));

    assertEquals("FAILURE", end.path("state").asString());
    assertEquals("c/n2: no room for 1000 bytes", end.at("/result/job_states/0/error").asString());
    JsonNode result = end.at("/result/job_states/0/results/0");
    assertEquals("n1", result.at("/success_tasks/0/hostname").asString());
    assertEquals(
        "{\"url\":\"registry.example/team/app:v1\",\"hostname\":\"n2\",\"ip\":\"10.0.0.2\","
            + "\"description\":\"no room for 1000 bytes\"}",
        result.at("/failure_tasks/0").toString());
  }

  @ParameterizedTest
  @CsvSource({
    "single_seed_peer,one-seed,1",
    "all_seed_peers,all-seeds,2",
    "all_peers,all-hosts,3",
    "'',all-seeds,2",
  })
  void theScopeIsHarborsOrTheSeeds(String asked, String scope, int count) throws Exception {
    known(seed(1), seed(2), plain(3));
    long id =
        accepted(one.post("/oapi/v1/jobs", job("", asked, 20_000_000_000L))).path("id").asLong();
    polled("/oapi/v1/jobs/" + id, "state", Set.of("PENDING"));
    JsonNode preheat = preheat("harbor-" + id);
    assertEquals(scope, preheat.path("scope").asString());
    assertEquals(count, preheat.at("/hostCounts/all").asInt());
    assertEquals(20, preheat.path("timeoutSeconds").asLong());
  }

  @Test
  void withoutSeedsItIsForAllHostsUnlessTheFlagSaysOtherwise() throws Exception {
    Replica told = replica(Optional.empty(), Optional.of(PreheatScope.ONE_SEED));
    known(plain(1), plain(2));
    long id = accepted(one.post("/oapi/v1/jobs", job("", "", 0))).path("id").asLong();
    assertEquals("all-hosts", preheat("harbor-" + id).path("scope").asString());
    String detail = refusal(409, told.post("/oapi/v1/jobs", job("", "", 0)));
    assertTrue(detail.contains("fits scope one-seed"), detail);
  }

  @Test
  void earlierDragonfliesDriveOneToo() throws Exception {
    known(seed(1));
    assertEquals(200, one.get("/_ping").statusCode());
    String body =
        """
        {"type":"image","url":"%s","headers":{"Authorization":"%s"},"image":"team/app","tag":"v1",
        "digest":"%s"}
        """
            .formatted(URL, BEARER, DIGEST);

    JsonNode begun = accepted(one.post("/preheats", body));

    String id = begun.path("ID").asString();
    JsonNode end = polled("/preheats/" + id, "Status", Set.of("WAITING", "RUNNING"));
    assertEquals("SUCCESS", end.path("Status").asString(), end::toString);
    assertEquals(id, end.path("ID").asString());
    assertEquals("", end.path("errorMsg").asString("-"));
    assertFalse(
        Instant.parse(end.path("finishTime").asString())
            .isBefore(Instant.parse(end.path("startTime").asString())));
    assertEquals(
        "registry.example/team/app@" + DIGEST, preheat("harbor-" + id).at("/images/0").asString());
    assertTrue(
        hosts.getFirst().orders.stream().anyMatch(order -> authorization(order).equals(BEARER)));
  }

  @Test
  void anEarlierOneThatFailsSaysWhy() throws Exception {
    known(seed(1).failingWith("no room"));
    String body = "{\"type\":\"image\",\"url\":\"" + URL + "\"}";
    String id = accepted(one.post("/preheats", body)).path("ID").asString();
    JsonNode end = polled("/preheats/" + id, "Status", Set.of("WAITING", "RUNNING"));
    assertEquals("FAILED", end.path("Status").asString());
    assertEquals("c/n1: no room", end.path("errorMsg").asString());
  }

  @Test
  void krakensNotificationDrivesOneByDigest() throws Exception {
    known(seed(1), plain(2));
    assertEquals(200, one.get("/health").statusCode());

    JsonNode begun = accepted(one.post("/registry/notifications", KRAKEN));

    String id = begun.at("/preheats/0").asString();
    assertEquals(List.of(id), preheats());
    Eventually.holds(
        "it is over",
        () -> {
          hosts.forEach(host -> host.announce(two));
          return preheat(id).path("state").asString().equals("SUCCESS");
        });
    JsonNode preheat = preheat(id);
    assertEquals("registry.example/team/app@" + DIGEST, preheat.at("/images/0").asString());
    assertEquals("all-seeds", preheat.path("scope").asString());
    assertFalse(preheat.path("credentials").asBoolean(true));
  }

  @Test
  void genuineRegistriesNotifyInTheirOwnSpellingAndTheSameIsOneWhoeverHearsIt() throws Exception {
    known(seed(1));
    hosts.forEach(host -> host.stuck(true));
    String genuine =
        """
        {"events":[
        {"id":"1","timestamp":"2026-11-28T10:00:00.5Z","action":"push","target":{"mediaType":
        "application/octet-stream","size":7,"digest":"%1$s","length":7,"repository":"team/app",
        "url":"http://registry.example/v2/team/app/blobs/%1$s"},"request":{"id":"r","host":
        "registry.example","method":"PUT"},"actor":{},"source":{"addr":"a:5000"}},
        {"id":"2","timestamp":"2026-11-28T10:00:01Z","action":"pull","target":{"mediaType":
        "application/vnd.oci.image.manifest.v1+json","digest":"%2$s","repository":"team/app",
        "url":"http://registry.example/v2/team/app/manifests/%2$s"}},
        {"id":"3","timestamp":"2026-11-28T10:00:02Z","action":"push","target":{"mediaType":
        "application/vnd.docker.distribution.manifest.v2+json","size":700,"digest":"%1$s",
        "length":700,"repository":"team/app",
        "url":"https://registry.example/v2/team/app/manifests/%1$s","tag":"v1"},
        "request":{},"actor":{},"source":{}}]}
        """
            .formatted(DIGEST, "sha256:" + "cd".repeat(32));
    List<Callable<Set<String>>> tellings =
        IntStream.range(0, 16)
            .<Callable<Set<String>>>mapToObj(n -> () -> told(n % 2 == 0 ? one : two, genuine))
            .toList();
    Set<String> ids = new HashSet<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Set<String>> telling : threads.invokeAll(tellings)) {
        ids.addAll(telling.get());
      }
    }
    ids.addAll(told(one, KRAKEN));
    assertEquals(1, ids.size(), ids::toString);
    Eventually.holds("it is shown", () -> !preheats().isEmpty());
    assertEquals(List.copyOf(ids), preheats());
  }

  private static Set<String> told(Replica at, String notification) throws Exception {
    HttpResponse<String> answer =
        at.send(
            at.request("/registry/notifications")
                .header("Content-Type", "application/vnd.docker.distribution.events.v1+json")
                .POST(BodyPublishers.ofString(notification)));
    Set<String> ids = new HashSet<>();
    accepted(answer).path("preheats").forEach(id -> ids.add(id.asString()));
    return ids;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"events\":[]}",
        "{\"events\":[{\"action\":\"delete\",\"target\":{\"digest\":\"x\"}}]}",
        "{\"events\":[{\"action\":\"push\"}]}",
        "{\"events\":[{\"action\":\"push\",\"target\":null}]}",
        "{\"events\":[{\"action\":\"push\",\"target\":{\"mediaType\":null,\"url\":null}}]}",
        "{\"events\":[{\"action\":null,\"target\":null}]}",
        "{\"Events\":[{\"Action\":\"mount\",\"Target\":null}],\"later\":{\"more\":[1]}}",
      })
  void whatIsNoPushOfAnImageIsFine(String notification) throws Exception {
    assertEquals("{\"preheats\":[]}", one.post("/registry/notifications", notification).body());
  }

  @Test
  void numbersThatCollideAreToldApart() throws Exception {
    known(seed(1));
    hosts.forEach(host -> host.stuck(true));
    List<Callable<Long>> asking =
        IntStream.range(0, 12)
            .<Callable<Long>>mapToObj(n ->
                () ->
                    accepted((n % 2 == 0 ? one : two).post("/oapi/v1/jobs", job("", "", 0)))
                        .path("id")
                        .asLong())
            .toList();
    Set<Long> ids = new HashSet<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Long> asked : threads.invokeAll(asking)) {
        ids.add(asked.get());
      }
    }
    assertEquals(12, ids.size(), ids::toString);
    for (long id : ids) {
      for (Replica replica : replicas) {
        assertEquals(id, accepted(replica.get("/oapi/v1/jobs/" + id)).path("id").asLong());
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/oapi/v1/jobs|{}|400|of type \"preheat\"",
        "/oapi/v1/jobs|{\"type\":\"sync\",\"args\":{}}|400|of type \"preheat\"",
        "/oapi/v1/jobs|{\"type\":\"preheat\",\"args\":{\"type\":\"file\"}}|400|args.type",
        "/oapi/v1/jobs|{\"type\":\"preheat\",\"args\":{\"type\":\"image\"}}|400|https://HOST/v2/",
        "/oapi/v1/jobs|{\"type\":\"preheat\",\"args\":7}|400|one object",
        "/oapi/v1/jobs|[]|400|must be",
        "/oapi/v1/jobs|{|400|not JSON",
        "/preheats|{\"type\":\"image\",\"url\":\"https://h/v2/a\"}|400|https://HOST/v2/",
        "/preheats|{\"type\":\"image\",\"url\":\"file:///v2/a/manifests/b\"}|400|https://HOST/v2/",
        "/preheats|{\"type\":\"image\",\"url\":\"https://u@h/v2/a/manifests/b\"}|400|HOST",
        "/preheats|{\"type\":\"image\",\"url\":\"https://h/v2/A/manifests/b\"}|400|repository name",
        "/preheats|{\"type\":\"image\",\"url\":\"https://h/v2/a/manifests/%2e%2e\"}|400|",
        "/preheats|{\"type\":\"image\",\"url\":\"https://h/v2/a b\"}|400|",
        "/registry/notifications|{}|400|has events",
        "/registry/notifications|{\"events\":null}|400|has events",
        "/registry/notifications|null|400|",
        "/registry/notifications|{\"events\":[null]}|400|",
        "/registry/notifications|{\"events\":{}}|400|a list",
      })
  void whatCannotBeIsRefusedWithWhatToDo(String path, String body, int status, String said)
      throws Exception {
    known(seed(1));
    String detail = refusal(status, one.post(path, body));
    assertTrue(detail.contains(said == null ? "" : said), detail);
    assertEquals(List.of(), preheats());
  }

  @Test
  void whatIsAskedForInAWayThatCannotBeIsRefused() throws Exception {
    known(seed(1));
    refusal(400, one.post("/oapi/v1/jobs", job("", "everywhere", 0)));
    refusal(400, one.post("/oapi/v1/jobs", job("", "", 1)));
    refusal(400, one.post("/oapi/v1/jobs", job("", "", -1)));
    refusal(400, one.post("/oapi/v1/jobs", job("", "", Long.MAX_VALUE)));
    String forTwo =
        job("", "", 0).replace("\"scheduler_cluster_ids\":null", "\"scheduler_cluster_ids\":[2]");
    assertTrue(refusal(400, one.post("/oapi/v1/jobs", forTwo)).contains("have names here"));
    String digest = "{\"Authorization\":\"Digest secret\"}";
    String detail =
        refusal(
            400, one.post("/oapi/v1/jobs", job(digest.substring(1, digest.length() - 1), "", 0)));
    assertFalse(detail.contains("secret"), detail);
    refusal(400, one.post("/registry/notifications", KRAKEN.replace(DIGEST, "sha256:short")));
    String missing =
        """
        {"events":[{"action":"push","target":{"mediaType":
        "application/vnd.oci.image.manifest.v1+json","url":null}}]}
        """;
    detail = refusal(400, one.post("/registry/notifications", missing));
    assertTrue(detail.contains("a url and a digest"), detail);
    refusal(413, one.post("/registry/notifications", KRAKEN + " ".repeat(100_000)));
    refusal(
        415,
        one.send(
            one.request("/registry/notifications")
                .header("Content-Type", "text/plain")
                .POST(BodyPublishers.ofString(KRAKEN))));
    refusal(405, one.send("DELETE", "/oapi/v1/jobs/7"));
    for (String unknown :
        List.of("7", "x", "-1", "99999999999999999999", "7%2F8", "1795857420123")) {
      refusal(404, one.get("/oapi/v1/jobs/" + unknown));
      refusal(404, one.get("/preheats/" + unknown));
    }
    assertEquals(List.of(), preheats());
  }

  @Test
  void withoutAKeyTheTokenOfHarborIsRefusedWithWhatIsMissing() throws Exception {
    Replica keyless = replica(Optional.empty(), Optional.empty());
    known(seed(1));
    String body = job("\"authorization\":\"" + BEARER + "\"", "", 0);
    String detail = refusal(409, keyless.post("/oapi/v1/jobs", body));
    assertTrue(detail.contains("--secret-key-file"), detail);
    assertFalse(detail.contains("eyJ"), detail);
  }

  @Test
  void whoeverServesOnlyThisBeginsWhatOthersDrive() throws Exception {
    known(seed(1));
    StateStore store =
        new JetcdStateStore(
            List.of(etcd.endpoint()), Duration.ofSeconds(30), InstantSource.system());
    opened.add(store);
    try (Replica only = Replica.over(store, FunctionName.HARBOR).ready()) {
      assertEquals(404, only.get("/api/v1/preheats").statusCode());
      long id = accepted(only.post("/oapi/v1/jobs", job("", "", 0))).path("id").asLong();
      JsonNode end = polled("/oapi/v1/jobs/" + id, "state", Set.of("PENDING"));
      assertEquals("SUCCESS", end.path("state").asString());
    }
    StateStore other =
        new JetcdStateStore(
            List.of(etcd.endpoint()), Duration.ofSeconds(30), InstantSource.system());
    opened.add(other);
    try (Replica without = Replica.over(other, FunctionName.PREHEAT).ready()) {
      assertEquals(404, without.post("/oapi/v1/jobs", job("", "", 0)).statusCode());
    }
  }
}
