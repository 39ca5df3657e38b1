package dev.darner.functions;

import static dev.darner.functions.Asker.refusal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.proto.AnnounceRequest;
import dev.darner.proto.AnnounceResponse;
import dev.darner.proto.Content;
import dev.darner.proto.HostInfo;
import dev.darner.proto.Order;
import dev.darner.proto.OrderOutcome;
import dev.darner.proto.OrderState;
import dev.darner.schema.JetcdStateStore;
import dev.darner.schema.StateStore;
import dev.darner.state.World;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tasks, deletions and distributions by two replicas over a real etcd. */
class TasksTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String TASK = World.task(1).text();
  private static final String PATH = "/api/v1/tasks/" + TASK;

  private final List<StateStore> opened = new ArrayList<>();
  private final List<Replica> replicas = new ArrayList<>();
  private Etcd etcd;
  private Replica one;
  private Replica two;

  @BeforeEach
  void start() throws Exception {
    etcd = Etcd.started();
    one = replica();
    two = replica();
  }

  @AfterEach
  void stop() throws Exception {
    replicas.forEach(Replica::close);
    opened.forEach(StateStore::close);
    etcd.close();
  }

  private Replica replica() throws Exception {
    StateStore store =
        new JetcdStateStore(
            List.of(etcd.endpoint()), Duration.ofSeconds(30), InstantSource.system());
    opened.add(store);
    Replica started = Replica.over(store, Replica.ALL).ready();
    replicas.add(started);
    return started;
  }

  /** Lets a host say what it has, whole. */
  private AnnounceResponse holds(HostInfo host, int... tasks) {
    return one.announce(
        host,
        1,
        0,
        Arrays.stream(tasks).mapToObj(task -> Replica.holding(task, true, 10)).toList());
  }

  private static AnnounceResponse says(Replica at, HostInfo host, OrderOutcome... outcomes) {
    return at.membership()
        .announce(
            AnnounceRequest.newBuilder()
                .setHost(host)
                .setGeneration(1)
                .setBaseGeneration(1)
                .addAllOutcomes(List.of(outcomes))
                .build());
  }

  private static OrderOutcome outcome(String id, OrderState state, String cause) {
    return OrderOutcome.newBuilder().setId(id).setState(state).setCause(cause).build();
  }

  private void awaitHolders(int count) throws Exception {
    for (Replica replica : replicas) {
      Eventually.holds(
          "holders are seen",
          () ->
              replica.get(PATH).statusCode() == 200
                  && replica.json(PATH).path("holderCount").asInt() == count);
    }
  }

  private static JsonNode read(int status, HttpResponse<String> answer) {
    assertEquals(status, answer.statusCode(), answer::body);
    return JSON.readTree(answer.body());
  }

  private JsonNode deleted(String query) throws Exception {
    HttpResponse<String> answer = one.send("DELETE", PATH + query);
    JsonNode begun = read(202, answer);
    assertEquals(
        "/api/v1/deletions/" + begun.path("id").asString(),
        answer.headers().firstValue("Location").orElseThrow());
    return begun;
  }

  /** The order that a host is given, by whichever replica, as soon as that has heard of it. */
  private static Order ordered(Replica at, HostInfo host) throws Exception {
    List<Order> orders = new ArrayList<>();
    Eventually.holds(
        "it is ordered something",
        () -> orders.addAll(says(at, host).getOrdersList()) || !orders.isEmpty());
    return orders.getFirst();
  }

  @Test
  void aTaskIsShownWithWhoHoldsHowMuch() throws Exception {
    holds(Replica.host(1, true), 1);
    one.announce(Replica.host(2, false), 1, 0, List.of(Replica.holding(1, false, 4)));
    var _ = one.join(Replica.host(3, false), 1);
    awaitHolders(2);
    JsonNode task = two.json(PATH);
    assertEquals(TASK, task.path("task").asString());
    assertEquals(1000, task.path("size").asLong());
    JsonNode holder = task.at("/holders/0");
    assertEquals("c", holder.path("cluster").asString());
    assertEquals("n1", holder.path("host").asString());
    assertEquals("10.0.0.1:8472", holder.path("address").asString());
    assertTrue(holder.path("sealed").asBoolean());
    assertEquals(1000, holder.path("bytes").asLong());
    assertEquals(400, task.at("/holders/1/bytes").asLong());
    assertEquals(4, task.at("/holders/1/band").asInt());
    JsonNode first = two.json(PATH + "?limit=1");
    assertEquals(1, first.path("holders").size());
    assertEquals(2, first.path("holderCount").asInt());
    JsonNode rest = two.json(PATH + "?limit=1&continue=" + first.path("continue").asString());
    assertEquals("n2", rest.at("/holders/0/host").asString());
    assertFalse(rest.has("continue"));
  }

  @Test
  void whoReadsItsOriginIsShown() throws Exception {
    one.announce(Replica.host(1, true), 1, 0, List.of());
    var _ = one.join(Replica.host(1, true), 1);
    JsonNode task = one.json(PATH);
    assertEquals("n1", task.at("/readers/0/host").asString(), task::toString);
    assertEquals(0, task.path("holderCount").asInt());
    assertEquals("docker.io/library/alpine", task.path("label").asString());
  }

  @Test
  void everyHolderIsToldToDeleteAndSaysWhatCameOfIt() throws Exception {
    HostInfo first = Replica.host(1, true);
    HostInfo second = Replica.host(2, false);
    HostInfo third = Replica.host(3, false);
    holds(first, 1);
    holds(second, 1);
    holds(third, 2);
    awaitHolders(2);

    String id = deleted("").path("id").asString();

    Order order = ordered(one, first);
    assertEquals(List.of(TASK), order.getDelete().getTasksList());
    assertEquals(order.getId(), ordered(two, second).getId());
    assertEquals(List.of(), says(one, third).getOrdersList());
    String name = order.getId();
    OrderOutcome running = outcome(name, OrderState.ORDER_STATE_RUNNING, "");
    assertEquals(List.of(), says(two, first, running).getOrdersList());
    JsonNode under = one.json("/api/v1/deletions/" + id);
    assertEquals("RUNNING", under.at("/deletion/state").asString());
    assertEquals(2, under.at("/deletion/hostCounts/waiting").asInt());
    Order forget = says(one, first, outcome(name, OrderState.ORDER_STATE_DONE, "")).getOrders(0);
    assertTrue(forget.hasCancel() && forget.getId().equals(name));
    says(two, second, outcome(name, OrderState.ORDER_STATE_FAILED, "in use: it is arriving"));
    assertPartial(id);
    assertEquals(List.of(), says(two, first).getOrdersList());
    assertEquals(id, one.json("/api/v1/deletions?limit=1").at("/deletions/0/id").asString());
    assertTrue(one.get("/api/v1/audit").body().contains("task.delete"));
  }

  private void assertPartial(String id) throws Exception {
    for (Replica replica : replicas) {
      Eventually.holds(
          "it is over",
          () ->
              replica
                  .json("/api/v1/deletions/" + id)
                  .at("/deletion/state")
                  .asString()
                  .equals("PARTIAL"));
    }
    JsonNode over = two.json("/api/v1/deletions/" + id);
    assertEquals(TASK, over.at("/deletion/task").asString());
    assertEquals("DELETED", over.at("/hosts/0/state").asString());
    assertEquals("FAILED", over.at("/hosts/1/state").asString());
    assertEquals("in use: it is arriving", over.at("/hosts/1/cause").asString());
  }

  @Test
  void whoDoesNotAnswerInTimeIsSilent() throws Exception {
    holds(Replica.host(1, true), 1);
    awaitHolders(1);
    String id = deleted("?timeout=PT5S&cluster=c").path("id").asString();
    Order order = ordered(one, Replica.host(1, true));
    Eventually.holds(
        "the time is over",
        () ->
            two.json("/api/v1/deletions/" + id).at("/deletion/state").asString().equals("FAILED"));
    JsonNode host = two.json("/api/v1/deletions/" + id).at("/hosts/0");
    assertEquals("SILENT", host.path("state").asString());
    assertFalse(host.path("cause").asString().isEmpty());
    AnnounceResponse late =
        says(one, Replica.host(1, true), outcome(order.getId(), OrderState.ORDER_STATE_DONE, ""));
    assertTrue(late.getOrders(0).hasCancel());
  }

  @Test
  void whichHostsHaveAllOfAnImageIsFoundOutByOneOfThem() throws Exception {
    HostInfo seed = Replica.host(1, true);
    holds(seed, 1, 2);
    holds(Replica.host(2, false), 1, 2, 3);
    one.announce(Replica.host(3, false), 1, 0, List.of(Replica.holding(3, false, 5)));
    holds(Replica.host(4, false), 9);
    awaitHolders(2);
    HttpResponse<String> asked =
        one.post(
            "/api/v1/distributions",
            "{\"image\":\"registry.example/team/app:v1\",\"platforms\":[\"linux/amd64\"]}");
    JsonNode begun = read(201, asked);
    String path = "/api/v1/distributions/" + begun.path("id").asString();
    assertEquals(path, asked.headers().firstValue("Location").orElseThrow());
    assertEquals("RESOLVING", begun.path("state").asString());
    assertEquals("c/n1", begun.path("resolver").asString());

    Order order = ordered(two, seed);
    assertEquals(List.of("registry.example/team/app:v1"), order.getResolve().getImagesList());
    assertEquals(List.of("linux/amd64"), order.getResolve().getPlatformsList());
    assertTrue(says(two, seed, resolved(order.getId())).getOrders(0).hasCancel());

    Eventually.holds(
        "it is known", () -> one.json(path).path("state").asString().equals("RESOLVED"));
    JsonNode shown = one.json(path);
    assertWhereItIs(shown);
    assertEquals("n1", one.json(path + "?limit=1").at("/hosts/0/host").asString());
    refusal(404, one.get("/api/v1/deletions/" + begun.path("id").asString()));
  }

  private static void assertWhereItIs(JsonNode shown) {
    assertEquals(3, shown.path("contents").asInt());
    assertEquals(3000, shown.path("size").asLong());
    assertEquals("{\"all\":3,\"whole\":1}", shown.path("hostCounts").toString());
    assertEquals(
        "[{\"cluster\":\"c\",\"host\":\"n1\",\"seed\":true,\"whole\":false,\"contents\":2,"
            + "\"bytes\":2000},"
            + "{\"cluster\":\"c\",\"host\":\"n2\",\"seed\":false,\"whole\":true,\"contents\":3,"
            + "\"bytes\":3000},"
            + "{\"cluster\":\"c\",\"host\":\"n3\",\"seed\":false,\"whole\":false,\"contents\":0,"
            + "\"bytes\":500}]",
        shown.path("hosts").toString());
  }

  /** That an image consists of the first three tasks. */
  private static OrderOutcome resolved(String id) {
    OrderOutcome.Builder found = outcome(id, OrderState.ORDER_STATE_DONE, "").toBuilder();
    for (int task : List.of(1, 2, 3)) {
      found.addResolved(
          Content.newBuilder()
              .setTask(World.task(task).text())
              .setSize(1000)
              .setPlace("registry.example/team/app")
              .setManifest(task == 1));
    }
    return found.build();
  }

  @Test
  void anImageThatCannotBeResolvedIsSaidSo() throws Exception {
    HostInfo only = Replica.host(1, false);
    holds(only);
    Eventually.holds("it is seen", () -> one.json("/api/v1/hosts").path("hosts").size() == 1);
    JsonNode begun = read(201, one.post("/api/v1/distributions", "{\"image\":\"nobody/app\"}"));
    Order order = ordered(one, only);
    says(one, only, outcome(order.getId(), OrderState.ORDER_STATE_FAILED, "404 not found"));
    JsonNode shown = one.json("/api/v1/distributions/" + begun.path("id").asString());
    assertEquals("FAILED", shown.path("state").asString());
    assertEquals("404 not found", shown.path("cause").asString());
    assertEquals(0, shown.path("hosts").size());
  }

  @Test
  void tasksAreFoundByImageUrlAndDigest() throws Exception {
    one.announce(Replica.host(1, true), 1, 0, List.of());
    var _ = one.join(Replica.host(1, true), 1);
    holds(Replica.host(2, false), 2);
    Eventually.holds("both are seen", () -> one.json("/api/v1/tasks").path("tasks").size() == 2);
    assertEquals(List.of(TASK), found("image=alpine:3"));
    assertEquals(List.of(TASK), found("image=docker.io/library/alpine"));
    assertEquals(List.of(), found("image=docker.io/library/debian"));
    assertEquals(List.of(TASK), found("digest=" + TASK));
    assertEquals(List.of(TASK), found("digest=" + TASK.substring(0, 19)));
    assertEquals(2, found("digest=sha256:").size());
    assertEquals(List.of(), found("image=alpine&digest=" + World.task(2)));
    assertEquals(List.of(), found("url=https://files.example/a"));
    for (String nonsense : List.of("image=A%20B", "url=ftp://a/b", "digest=md5:00", "url=%20")) {
      refusal(400, one.get("/api/v1/tasks?" + nonsense));
    }
  }

  private List<String> found(String query) throws Exception {
    return one.json("/api/v1/tasks?" + query)
        .path("tasks")
        .valueStream()
        .map(task -> task.path("task").asString())
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"?timeout=5", "?timeout=PT1S", "?timeout=P9D", "?cluster=A%20B"})
  void whatCannotBeIsRefused(String query) throws Exception {
    holds(Replica.host(1, true), 1);
    awaitHolders(1);
    refusal(400, one.send("DELETE", PATH + query));
    assertEquals(0, one.json("/api/v1/deletions").path("deletions").size());
  }

  @Test
  void whatIsNotThereIsNotFound() throws Exception {
    refusal(404, one.get(PATH));
    refusal(404, one.send("DELETE", PATH));
    refusal(400, one.get("/api/v1/tasks/sha256:short"));
    refusal(405, one.send("PUT", PATH));
    refusal(404, one.get("/api/v1/deletions/nobody"));
    refusal(404, one.get("/api/v1/deletions/No%20Name"));
    refusal(404, one.get("/api/v1/distributions/nobody"));
    refusal(409, one.post("/api/v1/distributions", "{\"image\":\"alpine\"}"));
    refusal(400, one.post("/api/v1/distributions", "{\"image\":\"A B\"}"));
    refusal(400, one.post("/api/v1/distributions", "{}"));
    refusal(
        400, one.post("/api/v1/distributions", "{\"image\":\"alpine\",\"platforms\":[\"linux\"]}"));
  }

  @Test
  void soManyAreUnderWayAndNoMore() throws Exception {
    holds(Replica.host(1, true), 1);
    awaitHolders(1);
    for (int i = 0; i < 20; i++) {
      deleted("");
    }
    refusal(429, one.send("DELETE", PATH));
    for (int i = 0; i < 20; i++) {
      var _ = read(201, one.post("/api/v1/distributions", "{\"image\":\"alpine\"}"));
    }
    String detail = refusal(429, one.post("/api/v1/distributions", "{\"image\":\"alpine\"}"));
    assertTrue(detail.contains("20 distributions are under way"), detail);
    assertTrue(says(one, Replica.host(1, true)).getOrdersCount() <= 16);
  }

  @Test
  void onlyWhoMayAndOnlyInTheOwnClusters() throws Exception {
    StateStore store =
        new JetcdStateStore(
            List.of(etcd.endpoint()), Duration.ofSeconds(30), InstantSource.system());
    opened.add(store);
    List<String> notices = new CopyOnWriteArrayList<>();
    try (Replica guarded =
        Replica.guarded(store, AccessTest.TOKENS, InstantSource.system(), notices::add).ready()) {
      Eventually.holds("there is an admin", () -> !notices.isEmpty());
      Asker admin = new Asker(guarded, AccessTest.firstToken(notices.getFirst()));
      Asker east = admin.create("{\"name\":\"e\",\"role\":\"operator\",\"clusters\":[\"east\"]}");
      Asker viewer = admin.create("{\"name\":\"v\",\"role\":\"viewer\"}");
      holds(Replica.host(1, true), 1);
      awaitHolders(1);
      Eventually.holds("it is seen", () -> admin.get(PATH).statusCode() == 200);
      refusal(404, east.get(PATH));
      refusal(404, east.send("DELETE", PATH, null));
      refusal(403, east.send("DELETE", PATH + "?cluster=c", null));
      refusal(403, viewer.send("DELETE", PATH, null));
      refusal(403, viewer.send("POST", "/api/v1/distributions", "{\"image\":\"alpine\"}"));
      refusal(409, east.send("POST", "/api/v1/distributions", "{\"image\":\"alpine\"}"));
      JsonNode resolving =
          read(201, admin.send("POST", "/api/v1/distributions", "{\"image\":\"alpine\"}"));
      String distribution = "/api/v1/distributions/" + resolving.path("id").asString();
      assertEquals("c/n1", viewer.json(distribution).path("resolver").asString());
      assertTrue(admin.get("/api/v1/audit").body().contains("image.resolve"));
      JsonNode begun = read(202, admin.send("DELETE", PATH, null));
      refusal(403, east.get("/api/v1/deletions/" + begun.path("id").asString()));
      assertEquals(0, east.json("/api/v1/deletions").path("deletions").size());
      assertEquals(1, viewer.json("/api/v1/deletions").path("deletions").size());
    }
  }
}
