package dev.darner.functions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.HostAddress;
import dev.darner.proto.AnnounceRequest;
import dev.darner.proto.AnnounceResponse;
import dev.darner.proto.Holding;
import dev.darner.proto.HostInfo;
import dev.darner.proto.JoinRequest;
import dev.darner.proto.JoinResponse;
import dev.darner.proto.LeaveRequest;
import dev.darner.proto.RefreshRequest;
import dev.darner.proto.Role;
import dev.darner.proto.WithdrawRequest;
import dev.darner.schema.MemoryStateStore;
import dev.darner.settings.CommandFailure;
import dev.darner.state.FlakyStore;
import dev.darner.state.Patience;
import dev.darner.state.World;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import tools.jackson.databind.JsonNode;

/** One replica over memory, asked through its port. */
class FunctionsTest {
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final MemoryStateStore memory = new MemoryStateStore(InstantSource.system(), threads);
  private final FlakyStore store = new FlakyStore(memory);
  private final HostInfo one = Replica.host(1, false);
  private final HostInfo seed = Replica.host(2, true);
  private Replica replica;

  @BeforeEach
  void start() throws Exception {
    replica = Replica.over(store, Replica.ALL).ready();
  }

  @AfterEach
  void stop() {
    replica.close();
    memory.close();
    threads.close();
  }

  @Test
  void hostsAnnounceThemselvesPullAndAreShown() throws Exception {
    AnnounceResponse first = replica.announce(seed, 1, 0, List.of());
    assertEquals(3000, first.getIntervalMillis());
    assertEquals(List.of(seed), first.getSeedsList());
    AnnounceResponse second = replica.announce(one, 1, 0, List.of(Replica.holding(9, true, 10)));
    assertFalse(second.getResync());
    assertFalse(second.getDegraded());
    assertEquals(List.of(seed), second.getNeighboursList());

    JoinResponse place = replica.join(one, 1);
    assertEquals(Role.ROLE_FROM_PARENTS, place.getRole());
    assertEquals("n2", place.getParents(0).getHost().getName());
    assertEquals(seed.getPeerAddress(), place.getParents(0).getHost().getPeerAddress());
    assertTrue(place.getParents(0).getFill());
    assertEquals(Role.ROLE_READ_ORIGIN, replica.join(seed, 1).getRole());
    assertEquals("n2", task(1).path("originReader").asString());
    replica.finish(seed, 1);
    assertTrue(replica.join(one, 1).getParents(0).getSealed());

    JsonNode hosts = replica.json("/api/v1/hosts");
    assertEquals(
        "{\"cluster\":\"c\",\"name\":\"n1\",\"address\":\"10.0.0.1:8472\",\"seed\":false,"
            + "\"version\":\"0.1.0\",\"since\":\"%s\",\"tasks\":1}"
                .formatted(hosts.path("hosts").path(0).path("since").asString()),
        hosts.path("hosts").path(0).toString());
    assertFalse(hosts.path("degraded").asBoolean());
    assertEquals("docker.io/library/alpine", task(1).path("label").asString());
    assertEquals(1000, task(1).path("size").asLong());
    assertEquals(
        "[{\"host\":\"n2\",\"sealed\":true,\"band\":10}]", task(1).path("holders").toString());
    assertTrue(task(1).path("originReader").isMissingNode());
  }

  @Test
  void anAddressIsSpeltAsSidecarsSpellIt() throws Exception {
    HostInfo shouting = seed.toBuilder().setPeerAddress("Node-2.EXAMPLE:8472").build();
    replica.announce(shouting, 1, 0, List.of());
    assertEquals(
        "node-2.example:8472", replica.announce(one, 1, 0, List.of()).getSeeds(0).getPeerAddress());
  }

  @Test
  void whoLeavesIsGone() throws Exception {
    replica.announce(one, 1, 0, List.of(Replica.holding(9, true, 10)));
    var _ =
        replica.membership().leave(LeaveRequest.newBuilder().setCluster("c").setHost("n1").build());
    assertEquals(0, replica.json("/api/v1/hosts").path("hosts").size());
  }

  @Test
  void whoWithdrawsIsNoParent() throws Exception {
    replica.join(one, 1);
    var _ =
        replica
            .placement()
            .withdraw(
                WithdrawRequest.newBuilder()
                    .setCluster("c")
                    .setHost("n1")
                    .setTask(World.task(1).text())
                    .build());
    assertEquals(Role.ROLE_READ_ORIGIN, replica.join(seed, 1).getRole());
  }

  @Test
  void namesThatCannotBeAreRefusedWithTheReason() {
    JoinRequest good = Replica.joining(one, 1);
    for (JoinRequest bad :
        List.of(
            JoinRequest.getDefaultInstance(),
            good.toBuilder().setTask("sha256:zz").build(),
            good.toBuilder().setTask("../../etc/passwd").build(),
            good.toBuilder().setSize(-1).build(),
            good.toBuilder().setHost(one.toBuilder().setName("A/B")).build(),
            good.toBuilder().setHost(one.toBuilder().setCluster("..")).build(),
            good.toBuilder().setHost(one.toBuilder().setPeerAddress("nowhere")).build(),
            good.toBuilder().setHost(one.toBuilder().setPeerAddress("n:0")).build(),
            good.toBuilder().setHost(one.toBuilder().setPeerAddress("n:99999")).build())) {
      Status status = refusal(() -> replica.placement().join(bad));
      assertEquals(Status.Code.INVALID_ARGUMENT, status.getCode(), bad::toString);
      assertFalse(status.getDescription().isBlank());
    }
    refused(() ->
        replica
            .placement()
            .refresh(RefreshRequest.newBuilder().setJoin(good).addFailedHosts("\n").build()));
    refused(() -> replica.announce(one, 1, 2, List.of()));
    refused(() -> replica.announce(one, -1, 0, List.of()));
    refused(() -> replica.announce(one, 1, 0, List.of(Replica.holding(1, true, 11))));
    refused(() -> replica.membership().leave(LeaveRequest.getDefaultInstance()));
    refused(() -> replica.placement().withdraw(WithdrawRequest.getDefaultInstance()));
    assertEquals(Role.ROLE_READ_ORIGIN, replica.join(one, 1).getRole());
  }

  @Test
  void anInventoryOfTenThousandFitsOneRequestAndAnEndlessOneIsRefused() throws Exception {
    List<Holding> many =
        IntStream.range(0, 10_000).mapToObj(i -> Replica.holding(i, true, 10)).toList();
    Eventually.holds(
        "ten thousand are written", () -> !replica.announce(one, 1, 0, many).getResync());
    assertEquals(10_000, replica.json("/api/v1/hosts").path("hosts").path(0).path("tasks").asInt());
    AnnounceRequest endless =
        AnnounceRequest.newBuilder()
            .setHost(one)
            .setGeneration(2)
            .addAllHeld(many)
            .addAllHeld(many)
            .addAllHeld(many)
            .build();
    assertTrue(endless.getSerializedSize() > Door.LARGEST_REQUEST);
    refused(() -> replica.membership().announce(endless));
    assertFalse(replica.announce(one, 1, 1, List.of()).getResync());
  }

  @Test
  void bytesThatAreNoMessageAreRefused() {
    byte[] nonsense = {(byte) 0xff, (byte) 0xff, (byte) 0xff};
    refused(() -> replica.callRaw("darner.functions.v1.Placement/Join", nonsense));
    assertEquals(Role.ROLE_READ_ORIGIN, replica.join(one, 1).getRole());
  }

  @Test
  void aMethodThatDoesNotExistIsUnimplemented() {
    Status status =
        refusal(() -> replica.callRaw("darner.functions.v1.Placement/Nothing", new byte[0]));
    assertEquals(Status.Code.UNIMPLEMENTED, status.getCode());
  }

  @Test
  void whatARefusalQuotesArrivesAsItIs() {
    JoinRequest odd =
        Replica.joining(one, 1).toBuilder().setHost(one.toBuilder().setName("100%41 \n é")).build();
    String reason = refusal(() -> replica.placement().join(odd)).getDescription();
    assertTrue(reason.contains("\"100%41 \\u000a \\u00e9\""), reason);
  }

  @Test
  void aFunctionThatIsNotServedIsUnimplemented() throws Exception {
    try (Replica some = Replica.over(store, FunctionName.PLACEMENT).ready()) {
      assertEquals(Role.ROLE_READ_ORIGIN, some.join(one, 1).getRole());
      Status status = refusal(() -> some.announce(one, 1, 0, List.of()));
      assertEquals(Status.Code.UNIMPLEMENTED, status.getCode());
      assertEquals(404, some.get("/api/v1/hosts").statusCode());
      assertEquals(200, some.get("/healthz").statusCode());
    }
  }

  @Test
  void errorsOfTheRestSideAreProblemDetails() throws Exception {
    problem(404, replica.get("/nowhere"));
    problem(400, replica.get("/api/v1/tasks/one"));
    problem(405, replica.send("POST", "/api/v1/hosts"));
    problem(405, replica.send("DELETE", "/healthz"));
    assertEquals(
        "GET, HEAD",
        replica.send("PUT", "/api/v1/tasks").headers().firstValue("Allow").orElseThrow());
    problem(400, replica.get("/api/v1/hosts?limit=0"));
    problem(400, replica.get("/api/v1/hosts?limit=many"));
    problem(400, replica.get("/api/v1/hosts?limit=5001"));
    problem(400, replica.get("/api/v1/tasks?cluster=A%2FB"));
    assertEquals(200, replica.send("HEAD", "/api/v1/tasks").statusCode());
  }

  @Test
  void listsAreCutIntoPages() throws Exception {
    for (int i = 0; i < 7; i++) {
      replica.announce(Replica.host(i, false), 1, 0, List.of(Replica.holding(i, true, 10)));
    }
    for (String list : List.of("hosts", "tasks")) {
      String path = "/api/v1/" + list + "?cluster=c&limit=3";
      JsonNode first = replica.json(path);
      JsonNode second = replica.json(path + "&continue=" + first.path("continue").asString());
      JsonNode third = replica.json(path + "&continue=" + second.path("continue").asString());
      assertEquals(3, first.path(list).size());
      assertEquals(3, second.path(list).size());
      assertEquals(1, third.path(list).size());
      assertFalse(third.has("continue"));
    }
    assertEquals(0, replica.json("/api/v1/hosts?cluster=other").path("hosts").size());
  }

  @Test
  void isNotReadyUntilItHasSeenTheStateButAlive() throws Exception {
    store.unreachable(true);
    try (Replica blind = Replica.over(store, Replica.ALL)) {
      assertEquals(503, blind.get("/readyz").statusCode());
      assertTrue(blind.json("/readyz").path("degraded").asBoolean());
      assertEquals(200, blind.get("/healthz").statusCode());
      assertEquals(ServingStatus.NOT_SERVING, health(blind));
      JoinResponse place = blind.join(one, 1);
      assertEquals(Role.ROLE_USE_HOME_SEEDS, place.getRole());
      assertTrue(place.getDegraded());
      assertTrue(blind.announce(one, 1, 0, List.of()).getDegraded());
      assertEquals(Status.Code.UNAVAILABLE, refusal(() -> blind.finish(one, 1)).getCode());
      store.unreachable(false);
      blind.ready();
      assertEquals(ServingStatus.SERVING, health(blind));
      Eventually.holds(
          "it is whole again", () -> !blind.json("/readyz").path("degraded").asBoolean());
      assertEquals(Role.ROLE_READ_ORIGIN, blind.join(one, 1).getRole());
    }
  }

  @Test
  void aTakenPortIsSaidPlainly() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
      FunctionsSettings settings =
          FunctionsSettingsTest.at(new HostAddress("127.0.0.1", taken.getLocalPort()));
      CommandFailure failure =
          assertThrows(
              CommandFailure.class,
              () ->
                  Functions.start(
                      settings, Patience.USUAL, store, InstantSource.system(), () -> 1L, _ -> {}));
      assertTrue(failure.getMessage().contains("cannot listen on 127.0.0.1:"));
    }
  }

  private JsonNode task(int number) throws Exception {
    return replica
        .json("/api/v1/tasks")
        .path("tasks")
        .valueStream()
        .filter(task -> task.path("task").asString().equals(World.task(number).text()))
        .findFirst()
        .orElseThrow();
  }

  private static ServingStatus health(Replica asked) throws IOException {
    byte[] answer = asked.callRaw("grpc.health.v1.Health/Check", new byte[0]);
    return HealthCheckResponse.parseFrom(answer).getStatus();
  }

  private static void refused(Executable call) {
    assertEquals(Status.Code.INVALID_ARGUMENT, refusal(call).getCode());
  }

  private static Status refusal(Executable call) {
    return assertThrows(StatusRuntimeException.class, call).getStatus();
  }

  private static void problem(int status, HttpResponse<String> response) {
    assertEquals(status, response.statusCode());
    assertEquals(
        "application/problem+json", response.headers().firstValue("Content-Type").orElse(""));
    assertTrue(response.body().contains("\"status\":" + status), response::body);
  }
}
