package dev.darner.functions;

import static dev.darner.functions.Asker.refusal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.proto.AnnounceRequest;
import dev.darner.proto.AnnounceResponse;
import dev.darner.proto.ClusterSettings;
import dev.darner.proto.HostInfo;
import dev.darner.schema.MemoryStateStore;
import dev.darner.state.FlakyStore;
import dev.darner.state.Patience;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Clusters as people define them at one replica over memory, and what hosts are told of it. */
class ClusterPagesTest {
  private static final String BERLIN = "/api/v1/clusters/berlin";
  private static final String OF_TEN = "{\"scopes\":{\"cidrs\":[\"10.0.0.0/8\"]}}";
  private static final String[] NEW = {"If-None-Match", "*"};
  private static final JsonMapper JSON = new JsonMapper();

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final MemoryStateStore memory = new MemoryStateStore(InstantSource.system(), threads);
  private final FlakyStore store = new FlakyStore(memory);
  private final HostInfo asking = Replica.host(1, false).toBuilder().clearCluster().build();
  private Replica replica;
  private Asker person;

  @BeforeEach
  void start() throws Exception {
    replica = Replica.over(store, Replica.ALL).ready();
    person = new Asker(replica, "");
  }

  @AfterEach
  void stop() {
    replica.close();
    memory.close();
    threads.close();
  }

  private HttpResponse<String> put(String body, String... headers) throws Exception {
    return person.send("PUT", BERLIN, body, headers);
  }

  private static String tag(HttpResponse<String> answer) {
    return answer.headers().firstValue("ETag").orElseThrow();
  }

  @Test
  void aClusterIsDefinedShownChangedAndRemoved() throws Exception {
    HttpResponse<String> made = put(OF_TEN, NEW);
    assertEquals(201, made.statusCode(), made::body);
    assertEquals(BERLIN, made.headers().firstValue("Location").orElseThrow());
    HttpResponse<String> shown = replica.get(BERLIN);
    assertEquals(200, shown.statusCode());
    assertEquals(tag(made), tag(shown));
    assertTrue(tag(shown).matches("\"[0-9]+\""), () -> tag(shown));
    assertEquals("10.0.0.0/8", JSON.readTree(shown.body()).at("/scopes/cidrs/0").asString());

    HttpResponse<String> same = put(shown.body(), "If-Match", tag(shown));
    assertEquals(200, same.statusCode(), same::body);
    assertEquals(shown.body(), same.body(), "what is shown can be sent back");
    assertFalse(tag(same).equals(tag(shown)));
    refusal(412, put(shown.body(), "If-Match", tag(shown)));
    refusal(412, person.send("DELETE", BERLIN, null, "If-Match", tag(shown)));
    refusal(428, person.send("DELETE", BERLIN, null));
    assertEquals(204, person.send("DELETE", BERLIN, null, "If-Match", tag(same)).statusCode());
    refusal(404, replica.get(BERLIN));
    refusal(404, person.send("DELETE", BERLIN, null, "If-Match", tag(same)));
    refusal(412, put(OF_TEN, "If-Match", tag(same)));
  }

  @Test
  void aChangeSaysWhatItHasSeen() throws Exception {
    refusal(428, put(OF_TEN));
    refusal(428, put(OF_TEN, "If-None-Match", "\"1\""));
    assertEquals(201, put(OF_TEN, NEW).statusCode());
    refusal(412, put(OF_TEN, NEW));
    refusal(428, put(OF_TEN));
    refusal(412, put(OF_TEN, "If-Match", "nonsense"));
  }

  @Test
  void whatCannotBeIsRefusedWithTheReason() throws Exception {
    for (String body :
        List.of(
            "",
            "null",
            "[]",
            "{",
            "{} {}",
            "{\"default\":\"yes\"}",
            "{\"scope\":{}}",
            "{\"scopes\":{\"cidr\":[]}}",
            "{\"scopes\":{\"cidrs\":\"10.0.0.0/8\"}}",
            "{\"scopes\":{\"cidrs\":[7]}}",
            "{\"scopes\":{\"cidrs\":[\"10.0.0.1/8\"]}}",
            "{\"scopes\":{\"hosts\":[\"*\"]}}",
            "{\"settings\":{\"uploads\":\"many\"}}",
            "{\"settings\":{\"uploads\":0}}",
            "{\"settings\":{\"piecesInFlight\":1.5}}",
            "{\"settings\":{\"seeds\":[\"nowhere\"]}}",
            "{\"crossCluster\":\"sometimes\"}",
            "{\"blocked\":[\"A/B\"]}",
            "{\"originReaders\":99999999999}",
            "{\"originReaders\":0}",
            "{\"originReaders\":65}")) {
      HttpResponse<String> answer = put(body, NEW);
      String detail = refusal(400, answer);
      assertFalse(
          detail.isBlank() || detail.contains("dev.darner") || detail.contains("java."), detail);
    }
    refusal(413, put("{\"blocked\":[\"" + "n".repeat(100_000) + "\"]}", NEW));
    refusal(404, replica.get(BERLIN));
    String said = put("{\"scopes\":{\"cidrs\":[\"10.0.0.1/8\"]}}", NEW).body();
    assertTrue(said.contains("did you mean 10.0.0.0/8?"), said);
    assertTrue(put("{\"scope\":{}}", NEW).body().contains("did you mean \\\"scopes\\\"?"));
  }

  @Test
  void namesThatCannotBeAreRefused() throws Exception {
    for (String name :
        List.of("A", "a%20b", "a%0Ab", "a%00b", "..%2F", "a..b", "-", "n".repeat(254))) {
      HttpResponse<String> answer = person.send("PUT", "/api/v1/clusters/" + name, "{}", NEW);
      assertTrue(answer.statusCode() == 400 || answer.statusCode() == 404, name + answer.body());
      refusal(answer.statusCode(), answer);
    }
    refusal(400, person.send("PUT", "/api/v1/clusters/auto", "{}", NEW));
    refusal(404, replica.get("/api/v1/clusters/a/b"));
    assertEquals(0, replica.json("/api/v1/clusters").path("clusters").size());
  }

  @Test
  void otherMethodsAreToldWhichThereAre() throws Exception {
    refusal(405, replica.send("POST", BERLIN));
    refusal(405, replica.send("DELETE", "/api/v1/clusters"));
    refusal(405, replica.send("PUT", BERLIN + "/match"));
  }

  @Test
  void allAreListedInPages() throws Exception {
    for (String name : List.of("a", "b", "d")) {
      person.send("PUT", "/api/v1/clusters/" + name, "{}", NEW);
    }
    replica.announce(Replica.host(1, true), 1, 0, List.of());
    JsonNode first = replica.json("/api/v1/clusters?limit=3");
    assertEquals(3, first.path("clusters").size());
    JsonNode undefined = first.at("/clusters/2");
    assertEquals("{\"cluster\":\"c\",\"version\":0,\"hosts\":1,\"seeds\":1}", undefined.toString());
    JsonNode last =
        replica.json("/api/v1/clusters?limit=3&continue=" + first.path("continue").asString());
    assertEquals("d", last.at("/clusters/0/cluster").asString());
    assertEquals(1, last.at("/clusters/0/definition/originReaders").asInt());
    assertFalse(last.has("continue"));
    refusal(400, replica.get("/api/v1/clusters?limit=0"));
  }

  @Test
  void aHostThatAsksIsToldItsClusterAndWhyAndMovesWhenTheScopeChanges() throws Exception {
    AnnounceResponse alone = replica.announce(asking, 1, 0, List.of(Replica.holding(1, true, 10)));
    assertEquals("default", alone.getCluster());
    assertTrue(alone.getClusterReason().contains("no scope fits"), alone::getClusterReason);
    assertFalse(alone.getResync());
    put(OF_TEN, NEW);
    AnnounceResponse moved = replica.announce(asking, 2, 1, List.of());
    assertEquals("berlin", moved.getCluster());
    assertEquals("cidr 10.0.0.0/8 of cluster berlin fits", moved.getClusterReason());
    assertTrue(moved.getResync());
    assertFalse(moved.getDegraded());
    assertEquals(0, replica.json("/api/v1/hosts?cluster=default").path("hosts").size());
    assertFalse(replica.announce(asking, 2, 0, List.of(Replica.holding(1, true, 10))).getResync());
    JsonNode there = replica.json("/api/v1/hosts?cluster=berlin");
    assertEquals("n1", there.at("/hosts/0/name").asString());
    assertEquals(1, there.at("/hosts/0/tasks").asInt());

    AnnounceResponse named = replica.announce(Replica.host(2, false), 1, 0, List.of());
    assertEquals("c", named.getCluster());
    assertEquals("the host names it", named.getClusterReason());
  }

  @Test
  void settingsAreToldOnceForEachVersion() throws Exception {
    String settings =
        "\"settings\":{\"uploads\":7,\"downloadBytesPerSecond\":0,\"seeds\":[\"10.0.0.9:8472\"]}}";
    assertFalse(announce(0).hasSettings());
    HttpResponse<String> made = put(OF_TEN.replaceFirst("}$", "," + settings), NEW);
    assertEquals(201, made.statusCode(), made::body);
    ClusterSettings told = announce(0).getSettings();
    assertEquals(
        ClusterSettings.newBuilder()
            .setVersion(told.getVersion())
            .setUploads(7)
            .setDownloadBytesPerSecond(0)
            .addSeeds("10.0.0.9:8472")
            .build(),
        told);
    assertEquals(tag(made), "\"" + told.getVersion() + "\"");
    assertFalse(announce(told.getVersion()).hasSettings());
    HttpResponse<String> changed = put(OF_TEN, "If-Match", tag(made));
    ClusterSettings none = announce(told.getVersion()).getSettings();
    assertFalse(none.hasUploads());
    person.send("DELETE", BERLIN, null, "If-Match", tag(changed));
    AnnounceResponse gone = announce(none.getVersion());
    assertTrue(gone.hasSettings());
    assertEquals(0, gone.getSettings().getVersion());
  }

  private AnnounceResponse announce(long version) {
    return replica
        .membership()
        .announce(
            AnnounceRequest.newBuilder()
                .setHost(asking)
                .setGeneration(1)
                .setSettingsVersion(version)
                .build());
  }

  @Test
  void whereAHostWouldBelongIsExplained() throws Exception {
    put(OF_TEN, NEW);
    person.send("PUT", "/api/v1/clusters/east", "{\"scopes\":{\"zones\":[\"eu-1a\"]}}", NEW);
    JsonNode in = replica.json(BERLIN + "/match?host=n1&address=10.9.9.9&zone=eu-1a");
    assertTrue(in.path("matches").asBoolean());
    assertEquals(
        "cidr 10.0.0.0/8 of cluster berlin fits, and goes before zone eu-1a of cluster east",
        in.path("reason").asString());
    assertEquals(2, in.path("fits").size());
    JsonNode out = replica.json(BERLIN + "/match?host=n1&address=192.168.0.1&zone=eu-1a");
    assertFalse(out.path("matches").asBoolean());
    assertEquals("east", out.path("cluster").asString());
    assertTrue(replica.json("/api/v1/clusters/default/match?host=n1").path("matches").asBoolean());
    refusal(404, replica.get("/api/v1/clusters/nowhere/match?host=n1"));
    for (String query :
        List.of("", "?host=A", "?host=n&address=%0A", "?host=n&zone=a%20b", "?host=n&region=%2A")) {
      refusal(400, replica.get(BERLIN + "/match" + query));
    }
  }

  @Test
  void aHostThatSaysWhereItStandsIsMatchedByThat() throws Exception {
    put("{\"scopes\":{\"regions\":[\"eu-1\"]}}", NEW);
    HostInfo there = asking.toBuilder().setRegion("eu-1").putLabels("rack", "7").build();
    assertEquals("berlin", replica.announce(there, 1, 0, List.of()).getCluster());
    assertEquals("default", replica.announce(asking, 2, 1, List.of()).getCluster());
  }

  @Test
  void withoutTheStoreNothingIsChangedOrForgotten() throws Exception {
    HttpResponse<String> made = put(OF_TEN, NEW);
    try (Replica impatient =
        Replica.over(store, new Patience(Duration.ofMillis(50), Duration.ofMillis(50)), Replica.ALL)
            .ready()) {
      store.unreachable(true);
      refusal(503, person.at(impatient).send("PUT", BERLIN, OF_TEN, "If-Match", tag(made)));
      assertEquals(200, impatient.get(BERLIN).statusCode());
      Eventually.holds("it notices", () -> impatient.json("/readyz").path("degraded").asBoolean());
      AnnounceResponse answer = impatient.announce(asking, 1, 0, List.of());
      assertTrue(answer.getDegraded());
      assertEquals("berlin", answer.getCluster());
      assertFalse(answer.hasSettings());
      try (Replica blind = Replica.over(store, Replica.ALL)) {
        AnnounceResponse nothing = blind.announce(asking, 1, 0, List.of());
        assertTrue(nothing.getDegraded());
        assertEquals("", nothing.getCluster());
      }
      store.unreachable(false);
    }
  }

  @Test
  void aChangeTakesAnAdminAndIsWrittenDown() throws Exception {
    BlockingQueue<String> notices = new LinkedBlockingQueue<>();
    try (MemoryStateStore own = new MemoryStateStore(InstantSource.system(), threads);
        Replica guarded =
            Replica.guarded(own, AccessTest.TOKENS, InstantSource.system(), notices::add).ready()) {
      Asker admin = new Asker(guarded, AccessTest.firstToken(notices.take()));
      Asker viewer = admin.create("{\"name\":\"v\",\"role\":\"viewer\",\"clusters\":[\"berlin\"]}");
      refusal(401, guarded.get(BERLIN));
      refusal(403, viewer.send("PUT", BERLIN, OF_TEN, NEW));
      HttpResponse<String> made = admin.send("PUT", BERLIN, OF_TEN, NEW);
      assertEquals(201, made.statusCode(), made::body);
      admin.send("PUT", "/api/v1/clusters/east", "{}", NEW);
      assertEquals(200, viewer.get(BERLIN).statusCode());
      refusal(403, viewer.get("/api/v1/clusters/east"));
      assertEquals(1, viewer.json("/api/v1/clusters").path("clusters").size());
      String out = "{\"scopes\":{\"zones\":[\"secret-zone\"]}}";
      admin.send("PUT", "/api/v1/clusters/west", out, NEW);
      String match = "/match?host=n1&zone=secret-zone";
      JsonNode hidden = viewer.json(BERLIN + match);
      assertFalse(hidden.path("matches").asBoolean());
      assertFalse(hidden.toString().contains("west"), hidden::toString);
      assertFalse(hidden.toString().contains("secret-zone"), hidden::toString);
      assertTrue(
          admin.json(BERLIN + match).toString().contains("zone secret-zone of cluster west"));
      assertEquals(
          "cidr 10.0.0.0/8 of cluster berlin fits",
          viewer.json(BERLIN + match + "&address=10.9.9.9").path("reason").asString());
      refusal(403, viewer.send("DELETE", BERLIN, null, "If-Match", tag(made)));
      assertEquals(204, admin.send("DELETE", BERLIN, null, "If-Match", tag(made)).statusCode());
      String audit = admin.get("/api/v1/audit").body();
      assertTrue(audit.contains("cluster.put") && audit.contains("cluster.delete"), audit);
      assertTrue(audit.contains("cluster berlin"), audit);
    }
  }
}
