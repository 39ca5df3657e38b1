package dev.darner.controlplane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.BlobRef;
import dev.darner.model.ClusterId;
import dev.darner.model.Digest;
import dev.darner.model.Host;
import dev.darner.model.HostAddress;
import dev.darner.model.HostId;
import dev.darner.model.Repository;
import dev.darner.model.ServerUrl;
import dev.darner.model.Topology;
import dev.darner.proto.AnnounceRequest;
import dev.darner.proto.AnnounceResponse;
import dev.darner.proto.HostInfo;
import dev.darner.proto.JoinRequest;
import dev.darner.proto.JoinResponse;
import dev.darner.proto.LeaveRequest;
import dev.darner.proto.Role;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the functions say of this host itself: its cluster, and the settings of that. */
@Timeout(60)
class ToldClusterTest {
  private static final ClusterId UNTOLD = new ClusterId("default");
  private static final ClusterId BERLIN = new ClusterId("berlin");
  private static final Inventory NOTHING = new Inventory(1, 0, List.of(), List.of());
  private static final BlobRef REF =
      BlobRef.blob(new Repository("docker.io", "library/alpine"), Digest.sha256(new byte[] {1}));

  @TempDir Path folder;
  private final FakeClock clock = new FakeClock();
  private final List<AutoCloseable> toClose = new ArrayList<>();
  private final List<ClusterSettings> followed = new ArrayList<>();
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

  private GrpcControlPlane plane(ClusterId cluster, boolean asks, URI... functions) {
    return plane(cluster, asks, SeedList.NONE, functions);
  }

  private GrpcControlPlane plane(
      ClusterId cluster, boolean asks, SeedList seeds, URI... functions) {
    Host self =
        new Host(
            cluster,
            new HostId("self"),
            HostAddress.parse("10.0.0.9:8472"),
            false,
            new Topology("eu-1a", "eu-1", Map.of("rack", "7")));
    ControlPlaneSettings settings =
        new ControlPlaneSettings(
            Stream.of(functions).map(ServerUrl::new).toList(),
            self,
            asks,
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

  private GrpcControlPlane asking() {
    GrpcControlPlane plane = plane(UNTOLD, true, functions.url());
    plane.follow(followed::add);
    return plane;
  }

  private static AnnounceResponse.Builder berlin() {
    return AnnounceResponse.newBuilder().setCluster("berlin").setClusterReason("it fits");
  }

  private static dev.darner.proto.ClusterSettings.Builder settings(long version) {
    return dev.darner.proto.ClusterSettings.newBuilder().setVersion(version);
  }

  /** On a busy machine the first announce may come too late. */
  private void announce(GrpcControlPlane plane) throws Exception {
    while (true) {
      try {
        var _ = plane.announce(NOTHING, Vitals.QUIET);
        return;
      } catch (ControlPlaneException e) {
        assertTrue(e.getCause() != null, e::getMessage);
      }
    }
  }

  private Object asked() throws InterruptedException {
    return functions.asked.poll(20, TimeUnit.SECONDS);
  }

  @Test
  void aHostThatAsksIsWhereItIsToldToBeFromThenOn() throws Exception {
    GrpcControlPlane plane = asking();
    assertEquals(UNTOLD, plane.standing().cluster());
    functions.announced = berlin().build();
    announce(plane);
    HostInfo introduced = assertInstanceOf(AnnounceRequest.class, asked()).getHost();
    assertEquals("", introduced.getCluster());
    assertEquals("eu-1a", introduced.getZone());
    assertEquals("eu-1", introduced.getRegion());
    assertEquals(Map.of("rack", "7"), introduced.getLabelsMap());
    assertEquals(new Standing(BERLIN, "it fits", ClusterSettings.NONE), plane.standing());

    functions.placement =
        Optional.of(JoinResponse.newBuilder().setRole(Role.ROLE_READ_ORIGIN).build());
    functions.asked.clear();
    while (plane.place(REF, 1, Set.of()).isEmpty()) {
      announce(plane);
    }
    JoinRequest join =
        functions.asked.stream()
            .filter(JoinRequest.class::isInstance)
            .map(JoinRequest.class::cast)
            .findFirst()
            .orElseThrow();
    assertEquals("berlin", join.getHost().getCluster());
    functions.asked.clear();
    plane.leave();
    assertEquals("berlin", assertInstanceOf(LeaveRequest.class, asked()).getCluster());
  }

  @Test
  void itIsThereAgainAfterARestartWithoutFunctions() throws Exception {
    functions.announced =
        berlin()
            .setSettings(settings(5).setUploads(7).addAllow("a.example").addSeeds("10.0.0.1:1"))
            .build();
    GrpcControlPlane plane = asking();
    announce(plane);
    Standing told = plane.standing();
    assertEquals(Optional.of(7), told.settings().uploads());
    GrpcControlPlane again = plane(UNTOLD, true);
    again.follow(followed::add);
    assertEquals(told, again.standing());
    assertEquals(told.settings(), followed.getLast());
    assertEquals(List.of(HostAddress.parse("10.0.0.1:1")), again.neighbourhood().seeds());
  }

  @Test
  void whatIsRememberedOfAnotherClusterThanTheOperatorNamesDoesNotCount() throws Exception {
    functions.announced = berlin().setSettings(settings(5).setUploads(7)).build();
    announce(asking());
    assertEquals(ClusterSettings.NONE, plane(new ClusterId("east"), false).standing().settings());
    assertEquals(5, plane(BERLIN, false).standing().settings().version());
  }

  @Test
  void aHostWhoseOperatorNamesItsClusterStaysThere() throws Exception {
    GrpcControlPlane plane = plane(new ClusterId("east"), false, functions.url());
    functions.announced = berlin().build();
    announce(plane);
    AnnounceRequest request = assertInstanceOf(AnnounceRequest.class, asked());
    assertEquals("east", request.getHost().getCluster());
    assertEquals(new ClusterId("east"), plane.standing().cluster());
  }

  @Test
  void aFunctionThatDoesNotSeeTheStateMovesNobodyWhoIsSomewhere() throws Exception {
    GrpcControlPlane plane = asking();
    functions.announced = berlin().setDegraded(true).build();
    announce(plane);
    assertEquals(BERLIN, plane.standing().cluster(), "better than none");
    functions.announced = berlin().setCluster("munich").setDegraded(true).build();
    announce(plane);
    assertEquals(BERLIN, plane.standing().cluster());
    functions.announced = AnnounceResponse.newBuilder().setDegraded(true).build();
    announce(plane);
    assertEquals(BERLIN, plane.standing().cluster());
    functions.announced = berlin().setCluster("No Name").build();
    announce(plane);
    assertEquals(BERLIN, plane.standing().cluster());
    functions.announced = berlin().setCluster("munich").build();
    announce(plane);
    assertEquals(new ClusterId("munich"), plane.standing().cluster());
  }

  @Test
  void whoeverMovesForgetsTheHostsOfTheOldCluster() throws Exception {
    GrpcControlPlane plane = asking();
    HostInfo old =
        HostInfo.newBuilder().setCluster("default").setName("a").setPeerAddress("a:1").build();
    functions.announced =
        AnnounceResponse.newBuilder().setCluster("default").addNeighbours(old).build();
    announce(plane);
    assertEquals(1, plane.neighbourhood().neighbours().size());
    functions.announced = berlin().setResync(true).build();
    announce(plane);
    assertEquals(List.of(), plane.neighbourhood().neighbours());
  }

  @Test
  void theVersionOfTheSettingsIsToldAndEachIsFollowedOnce() throws Exception {
    GrpcControlPlane plane = asking();
    functions.announced = berlin().setSettings(settings(5).setUploads(7)).build();
    announce(plane);
    functions.asked.clear();
    functions.announced = berlin().build();
    announce(plane);
    assertEquals(5, assertInstanceOf(AnnounceRequest.class, asked()).getSettingsVersion());
    assertEquals(5, plane.standing().settings().version());
    functions.announced = berlin().setSettings(settings(0)).build();
    announce(plane);
    assertEquals(
        List.of(Optional.empty(), Optional.of(7), Optional.empty()),
        followed.stream().map(ClusterSettings::uploads).toList());
    assertEquals(ClusterSettings.NONE, plane.standing().settings());
  }

  @Test
  void settingsOfTheOldClusterDoNotHoldInTheNew() throws Exception {
    GrpcControlPlane plane = asking();
    functions.announced = berlin().setSettings(settings(5).setUploads(7)).build();
    announce(plane);
    functions.announced = berlin().setCluster("munich").build();
    announce(plane);
    assertEquals(ClusterSettings.NONE, followed.getLast());
  }

  @Test
  void seedsOfTheClusterCountUnlessTheOperatorNamesSome() throws Exception {
    functions.announced =
        berlin().setSettings(settings(5).addSeeds("10.0.0.1:1").addSeeds("b:2")).build();
    GrpcControlPlane plane = asking();
    announce(plane);
    assertEquals(
        List.of(HostAddress.parse("10.0.0.1:1"), HostAddress.parse("b:2")),
        plane.neighbourhood().seeds());
    SeedList own = SeedList.parse("10.0.0.5:1,10.0.0.6:1");
    assertEquals(own.fixed(), plane(UNTOLD, true, own).neighbourhood().seeds());
    functions.announced = berlin().setSettings(settings(6).addSeeds("nowhere")).build();
    announce(plane);
    assertEquals(2, plane.neighbourhood().seeds().size(), "nonsense changes nothing");
  }

  @Test
  void aFileThatMakesNoSenseIsAsIfItWereNotThere() throws Exception {
    for (String text :
        List.of("", "{}", "[]", "{\"cluster\":\"../..\"}", "{\"cluster\":7,\"settings\":[]}")) {
      Files.writeString(folder.resolve("cluster.json"), text);
      assertEquals(UNTOLD, plane(UNTOLD, true).standing().cluster(), text);
    }
    Files.writeString(folder.resolve("cluster.json"), "{\"cluster\":\"berlin\"}");
    assertEquals(new Standing(BERLIN, "", ClusterSettings.NONE), plane(UNTOLD, true).standing());
  }

  @Test
  void whoKnowsItsClusterOrHasNoFunctionsDoesNotWait() throws Exception {
    plane(BERLIN, false, URI.create("http://127.0.0.1:1")).awaitCluster();
    plane(UNTOLD, true).awaitCluster();
    GrpcControlPlane plane = asking();
    functions.announced = berlin().build();
    announce(plane);
    plane.awaitCluster();
    assertEquals(BERLIN, plane.standing().cluster());
  }
}
