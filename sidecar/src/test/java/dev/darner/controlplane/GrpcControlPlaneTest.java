package dev.darner.controlplane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.BlobRef;
import dev.darner.model.ClusterId;
import dev.darner.model.Digest;
import dev.darner.model.Host;
import dev.darner.model.HostAddress;
import dev.darner.model.HostId;
import dev.darner.model.Repository;
import dev.darner.model.ServerUrl;
import dev.darner.proto.AnnounceRequest;
import dev.darner.proto.AnnounceResponse;
import dev.darner.proto.FinishRequest;
import dev.darner.proto.Holding;
import dev.darner.proto.HostInfo;
import dev.darner.proto.JoinRequest;
import dev.darner.proto.JoinResponse;
import dev.darner.proto.LeaveRequest;
import dev.darner.proto.Parent;
import dev.darner.proto.RefreshRequest;
import dev.darner.proto.Role;
import dev.darner.proto.WithdrawRequest;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Against functions that are a gRPC server on loopback, and against what only looks like one. */
@Timeout(60)
class GrpcControlPlaneTest {
  private static final Host SELF = host("self", "10.0.0.9:8472", true);
  private static final HostInfo SELF_INFO =
      info("self", "10.0.0.9:8472", true).toBuilder().setVersion("1.2").build();
  private static final Digest DIGEST = Digest.sha256(new byte[] {1});
  private static final BlobRef REF =
      BlobRef.blob(new Repository("docker.io", "library/alpine"), DIGEST);
  private static final Inventory NOTHING = new Inventory(1, 0, List.of(), List.of());

  @TempDir Path folder;
  private final FakeClock clock = new FakeClock();
  private final List<AutoCloseable> toClose = new ArrayList<>();
  private ScriptedFunctions functions;

  @BeforeEach
  void startFunctions() throws Exception {
    functions = ScriptedFunctions.start();
    toClose.add(functions);
  }

  @AfterEach
  void closeAll() throws Exception {
    for (AutoCloseable thing : toClose.reversed()) {
      thing.close();
    }
  }

  @Test
  void aPlacementIsAskedForAndUnderstood() throws Exception {
    ControlPlane plane = plane(SeedList.NONE, functions.url());
    functions.placement =
        Optional.of(
            JoinResponse.newBuilder()
                .setRole(Role.ROLE_FROM_PARENTS)
                .addParents(
                    Parent.newBuilder().setHost(info("a", "10.0.0.1:1", false)).setSealed(true))
                .addParents(Parent.newBuilder().setHost(SELF_INFO).setSealed(true))
                .addParents(
                    Parent.newBuilder().setHost(info("b", "B.example:2", true)).setFill(true))
                .build());
    assertEquals(
        Optional.of(
            new Placement(
                Placement.Role.FROM_PARENTS,
                List.of(
                    new Placement.Parent(host("a", "10.0.0.1:1", false), true, false),
                    new Placement.Parent(host("b", "b.example:2", true), false, true)))),
        placed(plane));
    JoinRequest join =
        JoinRequest.newBuilder()
            .setHost(SELF_INFO)
            .setTask(DIGEST.toString())
            .setSize(77)
            .setLabel("docker.io/library/alpine")
            .build();
    assertEquals(join, asked());
    plane.place(REF, 77, Set.of(new HostId("b"), new HostId("a")));
    assertEquals(
        RefreshRequest.newBuilder().setJoin(join).addFailedHosts("a").addFailedHosts("b").build(),
        asked());
  }

  @Test
  void nonsenseInsteadOfAPlacementIsNone() throws Exception {
    ControlPlane plane = plane(SeedList.NONE, functions.url());
    functions.placement = Optional.of(JoinResponse.getDefaultInstance());
    assertEquals(Optional.empty(), placed(plane));
    functions.placement =
        Optional.of(
            JoinResponse.newBuilder()
                .setRole(Role.ROLE_FROM_PARENTS)
                .addParents(Parent.newBuilder().setHost(info("../..", "x:1", false)))
                .build());
    assertEquals(Optional.empty(), placed(plane));
  }

  @Test
  void aFunctionThatAcceptsAndNeverAnswersCostsThreeDeadlinesAndThenNothing() throws Exception {
    try (ServerSocket hole = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      GrpcControlPlane plane = plane(SeedList.NONE, url(hole));
      for (int call = 0; call < 3; call++) {
        assertEquals(Optional.empty(), placed(plane));
      }
      assertTrue(plane.isGuarded(), "the breaker did not open");
      assertEquals(Optional.empty(), placed(plane));
    }
  }

  @Test
  void theNextFunctionAnswersWithinTheSameDeadlineAndIsAskedFirstFromThenOn() throws Exception {
    functions.placement = Optional.of(readOrigin());
    try (ServerSocket hole = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      GrpcControlPlane plane = plane(SeedList.NONE, url(hole), functions.url());
      warm(plane);
      assertEquals(Placement.Role.READ_ORIGIN, placed(plane).orElseThrow().role());
    }
  }

  @Test
  void aCallThatIsBrokenOffAtOnceIsMadeOnceMore() throws Exception {
    functions.placement = Optional.of(readOrigin());
    GrpcControlPlane plane = plane(SeedList.NONE, functions.url());
    warm(plane);
    functions.joinsThatBreak.set(1);
    assertEquals(Placement.Role.READ_ORIGIN, placed(plane).orElseThrow().role());
    functions.joinsThatBreak.set(2);
    assertEquals(Optional.empty(), placed(plane));
    assertEquals(0, functions.joinsThatBreak.get());
  }

  @Test
  void functionsThatComeBackAreUsedAgain() throws Exception {
    functions.placement = Optional.of(readOrigin());
    URI url = functions.url();
    GrpcControlPlane plane = plane(SeedList.NONE, url);
    warm(plane);
    functions.close();
    while (!plane.isGuarded()) {
      assertEquals(Optional.empty(), placed(plane));
    }
    ScriptedFunctions again = ScriptedFunctions.startAt(url);
    toClose.add(again);
    again.placement = Optional.of(readOrigin());
    assertEquals(Optional.empty(), placed(plane));
    clock.advance(Breaker.FIRST_BACKOFF);
    while (placed(plane).isEmpty()) {
      clock.advance(Breaker.LONGEST_BACKOFF);
    }
  }

  @Test
  void anAnnounceThatIsAnsweredLetsAPlacementTryAtOnce() throws Exception {
    GrpcControlPlane plane = plane(SeedList.NONE, functions.url());
    while (!plane.isGuarded()) {
      assertEquals(Optional.empty(), placed(plane));
    }
    functions.placement = Optional.of(readOrigin());
    do {
      announce(plane);
    } while (placed(plane).isEmpty());
  }

  @Test
  void whereReadsAreCountedATaskWaitsForAWordOfFunctionsThatLive() throws Exception {
    GrpcControlPlane plane = plane(SeedList.NONE, functions.url());
    functions.announced = AnnounceResponse.newBuilder().setReadsCounted(true).build();
    warm(plane);
    do {
      assertEquals(Placement.Role.WAIT, placed(plane).orElseThrow().role());
    } while (!plane.isGuarded());
    assertEquals(Placement.Role.WAIT, placed(plane).orElseThrow().role(), "no call was made");
    clock.advance(Grace.LONGEST);
    assertEquals(Optional.empty(), placed(plane), "it goes on without");
  }

  @Test
  void whoIsToldToWaitIsToldForHowLongWithinReason() throws Exception {
    ControlPlane plane = plane(SeedList.NONE, functions.url());
    JoinResponse.Builder wait = JoinResponse.newBuilder().setRole(Role.ROLE_WAIT);
    wait.addParents(Parent.newBuilder().setHost(info("a", "10.0.0.1:1", false)));
    for (long[] toldAndTaken : new long[][] {{700, 700}, {-5, 100}, {Long.MAX_VALUE, 10_000}}) {
      functions.placement = Optional.of(wait.setRetryMillis(toldAndTaken[0]).build());
      Placement placement = placed(plane).orElseThrow();
      assertEquals(Placement.Role.WAIT, placement.role());
      assertEquals(Duration.ofMillis(toldAndTaken[1]), placement.again());
      assertEquals(1, placement.parents().size());
    }
  }

  @Test
  void whoFetchesFromAnotherClusterIsSentToAHostOfItsOwnNameAndTellsItsProgress() throws Exception {
    ControlPlane plane = plane(SeedList.NONE, functions.url());
    HostInfo abroad = SELF_INFO.toBuilder().setCluster("elsewhere").build();
    functions.placement =
        Optional.of(
            JoinResponse.newBuilder()
                .setRole(Role.ROLE_FROM_PARENTS)
                .setFetches(true)
                .addParents(Parent.newBuilder().setHost(abroad).setFill(true))
                .addParents(Parent.newBuilder().setHost(SELF_INFO))
                .build());
    Placement placement = placed(plane).orElseThrow();
    assertEquals(1, placement.parents().size(), "itself is not among them");
    assertTrue(placement.parents().getFirst().abroad());
    functions.announced = AnnounceResponse.newBuilder().setOriginBytesPerSecond(9).build();
    Inventory nothing = new Inventory(1, 0, List.of(), List.of());
    asked();
    AnnounceOutcome outcome = plane.announce(nothing, Vitals.QUIET);
    assertEquals(OptionalLong.of(9), outcome.originRate());
    AnnounceRequest told = (AnnounceRequest) asked();
    assertEquals(DIGEST.toString(), told.getReadings(0).getTask());
  }

  @Test
  void anInventoryIsAnnouncedAndTheAnswerIsTheNeighbourhood() throws Exception {
    GrpcControlPlane plane = plane(SeedList.NONE, functions.url());
    functions.announced =
        AnnounceResponse.newBuilder()
            .setResync(true)
            .setIntervalMillis(4000)
            .addNeighbours(info("a", "10.0.0.1:1", false))
            .addNeighbours(SELF_INFO)
            .addNeighbours(info("no name", "10.0.0.1:1", false))
            .addSeeds(SELF_INFO)
            .addSeeds(info("s", "[FD00::1]:3", true))
            .build();
    Inventory inventory =
        new Inventory(
            5, 4, List.of(new Inventory.Holding(REF.task(), 9, true, 10)), List.of(REF.task()));
    assertEquals(
        new AnnounceOutcome(true, Duration.ofSeconds(4), List.of()),
        plane.announce(inventory, Vitals.QUIET));
    assertEquals(
        AnnounceRequest.newBuilder()
            .setHost(SELF_INFO)
            .setBoot(1)
            .setGeneration(5)
            .setBaseGeneration(4)
            .addHeld(
                Holding.newBuilder()
                    .setTask(DIGEST.toString())
                    .setSize(9)
                    .setSealed(true)
                    .setBand(10))
            .addDropped(DIGEST.toString())
            .build(),
        asked());
    Neighbourhood expected =
        new Neighbourhood(
            List.of(host("a", "10.0.0.1:1", false)),
            List.of(SELF.address(), HostAddress.parse("[fd00:0:0:0:0:0:0:1]:3")));
    assertEquals(expected, plane.neighbourhood());
    assertEquals(expected, plane(SeedList.NONE).neighbourhood(), "after a restart");
  }

  @Test
  void aFunctionThatLostItsStateTeachesNothing() throws Exception {
    GrpcControlPlane plane = plane(SeedList.NONE, functions.url());
    functions.announced =
        AnnounceResponse.newBuilder().addNeighbours(info("a", "10.0.0.1:1", false)).build();
    announce(plane);
    functions.announced = AnnounceResponse.newBuilder().setDegraded(true).build();
    announce(plane);
    assertEquals(List.of(host("a", "10.0.0.1:1", false)), plane.neighbourhood().neighbours());
    functions.announced = AnnounceResponse.newBuilder().addSeeds(SELF_INFO).build();
    announce(plane);
    assertEquals(
        List.of(host("a", "10.0.0.1:1", false)),
        plane.neighbourhood().neighbours(),
        "it may have just started");
    clock.advance(GrpcControlPlane.TRUST_IN_NOBODY);
    var _ = plane.announce(NOTHING, Vitals.QUIET);
    assertEquals(List.of(), plane.neighbourhood().neighbours());
  }

  @Test
  void neighboursThatStandAreKept() throws Exception {
    GrpcControlPlane plane = plane(SeedList.NONE, functions.url());
    functions.announced =
        AnnounceResponse.newBuilder().addNeighbours(info("a", "10.0.0.1:1", false)).build();
    announce(plane);
    functions.announced = AnnounceResponse.newBuilder().setNeighboursStand(true).build();
    announce(plane);
    clock.advance(GrpcControlPlane.TRUST_IN_NOBODY);
    announce(plane);
    assertEquals(List.of(host("a", "10.0.0.1:1", false)), plane.neighbourhood().neighbours());
    assertEquals(Set.of(new HostId("a")), plane.hostsAt(HostAddress.parse("10.0.0.1:1")));
    clock.advance(Duration.ofMillis(1));
    assertEquals(Set.of(), plane.hostsAt(HostAddress.parse("10.0.0.1:1")));
  }

  @Test
  void whatWasWithdrawnUnheardIsToldWithTheNextAnnounce() throws Exception {
    functions.placement = Optional.of(readOrigin());
    GrpcControlPlane plane = plane(SeedList.NONE, functions.url());
    warm(plane);
    URI url = functions.url();
    functions.close();
    while (!plane.isGuarded()) {
      assertEquals(Optional.empty(), placed(plane));
    }
    plane.withdrawn(REF.task());
    functions = ScriptedFunctions.startAt(url);
    toClose.add(functions);
    announce(plane);
    Object told = asked();
    while (!(told instanceof WithdrawRequest)) {
      announce(plane);
      told = asked();
    }
    assertEquals(DIGEST.toString(), ((WithdrawRequest) told).getTask());
  }

  @Test
  void theFunctionThatAnsweredLastHasMostOfTheTime() {
    assertEquals(200, Endpoints.share(300, 2));
    assertEquals(100, Endpoints.share(100, 1));
    assertEquals(200, Endpoints.share(300, 3));
  }

  @Test
  void theIntervalOfAnAnswerStaysWithinReason() throws Exception {
    GrpcControlPlane plane = plane(SeedList.NONE, functions.url());
    for (long[] pair : new long[][] {{0, 3000}, {1, 500}, {-5, 3000}, {Long.MAX_VALUE, 60_000}}) {
      functions.announced = AnnounceResponse.newBuilder().setIntervalMillis(pair[0]).build();
      assertEquals(Duration.ofMillis(pair[1]), plane.announce(NOTHING, Vitals.QUIET).interval());
    }
  }

  @Test
  void seedsOfTheOperatorOfTheAnnounceAndOfTheNameServiceAllCountOnce() throws Exception {
    functions.announced =
        AnnounceResponse.newBuilder()
            .addSeeds(info("a", "10.0.0.1:1", true))
            .addSeeds(info("c", "10.0.0.3:3", true))
            .build();
    GrpcControlPlane plane = plane(SeedList.parse("10.0.0.1:1,10.0.0.2:2"), functions.url());
    announce(plane);
    assertEquals(
        addresses("10.0.0.1:1", "10.0.0.2:2", "10.0.0.3:3", "10.0.0.9:8472"),
        Set.copyOf(plane.neighbourhood().seeds()));
    GrpcControlPlane named = plane(SeedList.parse("seeds.example:7"));
    clock.advance(Duration.ofSeconds(1));
    Set<HostAddress> expected =
        addresses("10.1.1.1:7", "10.0.0.1:1", "10.0.0.3:3", "10.0.0.9:8472");
    while (!expected.equals(Set.copyOf(named.neighbourhood().seeds()))) {
      Thread.onSpinWait();
    }
  }

  @Test
  void nonsenseInTheMemoryFileIsSurvived() throws Exception {
    Files.writeString(folder.resolve("known.json"), "{\"neighbours\": 5");
    assertEquals(
        new Neighbourhood(List.of(), List.of(SELF.address())),
        plane(SeedList.NONE, functions.url()).neighbourhood());
  }

  @Test
  void whatIsFinishedAndWithdrawnIsToldInOrder() throws Exception {
    ControlPlane plane = plane(SeedList.NONE, functions.url());
    plane.finished(REF.task(), 5);
    plane.withdrawn(REF.task());
    plane.leave();
    List<Object> all = List.of(asked(), asked(), asked());
    FinishRequest finish =
        FinishRequest.newBuilder().setHost(SELF_INFO).setTask(DIGEST.toString()).setSize(5).build();
    WithdrawRequest withdraw =
        WithdrawRequest.newBuilder()
            .setCluster("east")
            .setHost("self")
            .setTask(DIGEST.toString())
            .build();
    assertTrue(all.indexOf(finish) >= 0 && all.indexOf(finish) < all.indexOf(withdraw));
    assertTrue(all.contains(LeaveRequest.newBuilder().setCluster("east").setHost("self").build()));
  }

  @Test
  void withoutFunctionsEverythingIsAnsweredAtOnce() throws Exception {
    GrpcControlPlane plane = plane(SeedList.parse("10.0.0.1:1"));
    assertEquals(Optional.empty(), placed(plane));
    assertThrows(ControlPlaneException.class, () -> plane.announce(NOTHING, Vitals.QUIET));
    plane.finished(REF.task(), 1);
    plane.withdrawn(REF.task());
    plane.leave();
    assertEquals(2, plane.neighbourhood().seeds().size());
  }

  @Test
  void anInterruptedPlacementSaysSoAndCountsAsNothing() throws Exception {
    try (ServerSocket hole = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      GrpcControlPlane plane = plane(SeedList.NONE, url(hole));
      FutureTask<Optional<Placement>> place =
          new FutureTask<>(() -> {
            Thread.currentThread().interrupt();
            return placed(plane);
          });
      Thread.startVirtualThread(place);
      Throwable thrown =
          assertThrows(ExecutionException.class, () -> place.get(20, TimeUnit.SECONDS)).getCause();
      assertInstanceOf(InterruptedException.class, thrown);
    }
  }

  private GrpcControlPlane plane(SeedList seeds, URI... functions) {
    ControlPlaneSettings settings =
        new ControlPlaneSettings(
            Stream.of(functions).map(ServerUrl::new).toList(),
            SELF,
            false,
            "1.2",
            folder.resolve("known.json"),
            seeds,
            Optional.empty());
    GrpcControlPlane plane =
        new GrpcControlPlane(
            settings, clock, clock, _ -> List.of(InetAddress.ofLiteral("10.1.1.1")));
    toClose.add(plane);
    return plane;
  }

  /** Until it has answered once: the first call of a process loads much, and may be too late. */
  private static void warm(GrpcControlPlane plane) throws Exception {
    while (placed(plane).isEmpty()) {
      announce(plane);
    }
  }

  private static void announce(GrpcControlPlane plane) throws InterruptedException {
    try {
      var _ = plane.announce(NOTHING, Vitals.QUIET);
    } catch (ControlPlaneException e) {
      assertTrue(e.getCause() != null, "too late on a busy machine, and it says so");
    }
  }

  private static Optional<Placement> placed(ControlPlane plane) throws InterruptedException {
    return plane.place(REF, 77, Set.of());
  }

  private Object asked() throws InterruptedException {
    return functions.asked.poll(20, TimeUnit.SECONDS);
  }

  private static JoinResponse readOrigin() {
    return JoinResponse.newBuilder().setRole(Role.ROLE_READ_ORIGIN).build();
  }

  private static URI url(ServerSocket socket) {
    return URI.create("http://127.0.0.1:" + socket.getLocalPort());
  }

  private static Host host(String name, String address, boolean seed) {
    return new Host(new ClusterId("east"), new HostId(name), HostAddress.parse(address), seed);
  }

  private static HostInfo info(String name, String address, boolean seed) {
    return HostInfo.newBuilder()
        .setCluster("east")
        .setName(name)
        .setPeerAddress(address)
        .setSeed(seed)
        .build();
  }

  private static Set<HostAddress> addresses(String... texts) {
    return Set.copyOf(List.of(texts).stream().map(HostAddress::parse).toList());
  }
}
