package dev.darner.functions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.darner.identity.TestAuthority;
import dev.darner.model.CertifiedHost;
import dev.darner.model.ClusterId;
import dev.darner.model.HostId;
import dev.darner.model.KeyProof;
import dev.darner.model.Pem;
import dev.darner.proto.AnnounceRequest;
import dev.darner.proto.EnrollRequest;
import dev.darner.proto.EnrolmentGrpc;
import dev.darner.proto.FinishRequest;
import dev.darner.proto.LeaveRequest;
import dev.darner.proto.MembershipGrpc;
import dev.darner.proto.PlacementGrpc;
import dev.darner.proto.RefreshRequest;
import dev.darner.proto.WithdrawRequest;
import dev.darner.schema.MemoryStateStore;
import dev.darner.state.FakeClock;
import dev.darner.state.World;
import io.grpc.Channel;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** One replica that speaks TLS, asked through its port by hosts and by those who are none. */
class HostIdentityTest {
  @TempDir Path folder;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final FakeClock clock = new FakeClock();
  private final BlockingQueue<String> notices = new LinkedBlockingQueue<>();
  private final List<ManagedChannel> channels = new ArrayList<>();
  private TestAuthority authority;
  private Replica replica;
  private Asker admin;

  @BeforeEach
  void start() throws Exception {
    clock.pass(Duration.between(clock.instant(), Instant.now()));
    authority = new TestAuthority(folder.resolve("ca"));
    MemoryStateStore store = new MemoryStateStore(clock, threads);
    replica = Replica.secret(store, authority, clock, notices::add).ready();
    admin = new Asker(replica, AccessTest.firstToken(notices.poll(1, TimeUnit.MINUTES)));
  }

  @AfterEach
  void stop() {
    channels.forEach(ManagedChannel::shutdownNow);
    replica.close();
    threads.shutdownNow();
  }

  private Channel showing(Optional<TestAuthority.Held> own) throws Exception {
    ManagedChannel channel =
        Grpc.newChannelBuilderForAddress("127.0.0.1", replica.port(), Replica.shown(authority, own))
            .build();
    channels.add(channel);
    return channel;
  }

  private Channel as(TestAuthority.Held own) throws Exception {
    return showing(Optional.of(own));
  }

  private static AnnounceRequest announcement(int number) {
    return AnnounceRequest.newBuilder().setHost(Replica.host(number, false)).build();
  }

  private static void announce(Channel by, int number) {
    var _ = MembershipGrpc.newBlockingStub(by).announce(announcement(number));
  }

  /** Every call that a host makes in its own name, made in the name of host 1, by method. */
  private static Map<String, Executable> calls(Channel by) {
    var membership = MembershipGrpc.newBlockingStub(by);
    var placement = PlacementGrpc.newBlockingStub(by);
    var host = Replica.host(1, false);
    String task = World.task(1).text();
    return Map.of(
        "Announce", () -> membership.announce(announcement(1)),
        "Leave",
            () -> membership.leave(LeaveRequest.newBuilder().setCluster("c").setHost("n1").build()),
        "Join", () -> placement.join(Replica.joining(host, 1)),
        "Refresh",
            () ->
                placement.refresh(
                    RefreshRequest.newBuilder().setJoin(Replica.joining(host, 1)).build()),
        "Finish",
            () ->
                placement.finish(
                    FinishRequest.newBuilder().setHost(host).setTask(task).setSize(1).build()),
        "Withdraw",
            () ->
                placement.withdraw(
                    WithdrawRequest.newBuilder()
                        .setCluster("c")
                        .setHost("n1")
                        .setTask(task)
                        .build()));
  }

  private static String refused(Status.Code code, Executable call) {
    StatusRuntimeException thrown = assertThrows(StatusRuntimeException.class, call);
    assertEquals(code, thrown.getStatus().getCode(), thrown::toString);
    return String.valueOf(thrown.getStatus().getDescription());
  }

  @Test
  void everyCallOfAHostIsLookedAt() throws Exception {
    Set<String> all =
        Stream.of(MembershipGrpc.getServiceDescriptor(), PlacementGrpc.getServiceDescriptor())
            .flatMap(service -> service.getMethods().stream())
            .map(method -> method.getBareMethodName())
            .collect(Collectors.toSet());
    assertEquals(all, calls(showing(Optional.empty())).keySet());
  }

  @Test
  void aHostSpeaksForItself() throws Exception {
    for (TestAuthority.Held own : List.of(authority.host("n1"), authority.dns("n1"))) {
      for (Executable call : calls(as(own)).values()) {
        try {
          call.execute();
        } catch (Throwable e) {
          throw new AssertionError(e);
        }
      }
    }
  }

  @Test
  void withoutACertificateNoCallIsMade() throws Exception {
    for (Executable call : calls(showing(Optional.empty())).values()) {
      String said = refused(Status.Code.UNAUTHENTICATED, call);
      assertTrue(said.contains("--tls on"), said);
    }
    assertEquals(0, admin.json("/api/v1/hosts").path("hosts").size());
  }

  @Test
  void withAnotherHostsCertificateNoCallIsMade() throws Exception {
    announce(as(authority.host("n1")), 1);
    for (TestAuthority.Held other : List.of(authority.host("n2"), authority.dns("n2", "x"))) {
      for (Executable call : calls(as(other)).values()) {
        String said = refused(Status.Code.PERMISSION_DENIED, call);
        assertTrue(said.contains("that of n2"), said);
        assertTrue(said.contains("host \"n1\""), said);
      }
    }
    assertEquals(1, admin.json("/api/v1/hosts").path("hosts").size());
  }

  @Test
  void anExpiredCertificateAndOneOfAnotherAuthorityGetNoConnection() throws Exception {
    TestAuthority stranger = new TestAuthority(folder.resolve("other"));
    TestAuthority.Held ended = authority.host("n1", Instant.now().minusSeconds(5));
    for (TestAuthority.Held own : List.of(ended, stranger.host("n1"))) {
      for (Executable call : calls(as(own)).values()) {
        refused(Status.Code.UNAVAILABLE, call);
      }
    }
  }

  @Test
  void aConnectionOutlivesItsCertificateInVain() throws Exception {
    Channel own = as(authority.host("n1"));
    announce(own, 1);
    clock.pass(Duration.ofHours(2));
    for (Executable call : calls(own).values()) {
      assertTrue(refused(Status.Code.UNAUTHENTICATED, call).contains("has ended"));
    }
  }

  @Test
  void plainTextIsNotSpoken() throws Exception {
    ManagedChannel plain =
        Grpc.newChannelBuilderForAddress(
                "127.0.0.1", replica.port(), InsecureChannelCredentials.create())
            .build();
    channels.add(plain);
    var stub = MembershipGrpc.newBlockingStub(plain).withDeadlineAfter(1, TimeUnit.MINUTES);
    Status.Code code =
        assertThrows(StatusRuntimeException.class, () -> stub.announce(announcement(1)))
            .getStatus()
            .getCode();
    assertTrue(Set.of(Status.Code.UNAVAILABLE, Status.Code.INTERNAL).contains(code), code::name);
    assertEquals(0, admin.json("/api/v1/hosts").path("hosts").size());
  }

  private final KeyPair pair = KeyProof.generate(new SecureRandom());

  private EnrollRequest asking(String host, String token) {
    return EnrollRequest.newBuilder()
        .setHost(host)
        .setPublicKey(ByteString.copyFrom(pair.getPublic().getEncoded()))
        .setProof(ByteString.copyFrom(KeyProof.sign(new HostId(host), pair)))
        .setToken(token)
        .build();
  }

  private TestAuthority.Held enrolled(Channel by, EnrollRequest request) {
    var answer = EnrolmentGrpc.newBlockingStub(by).enroll(request);
    X509Certificate made = Pem.certificate(answer.getChain(0).toByteArray());
    assertEquals(pair.getPublic(), made.getPublicKey());
    return new TestAuthority.Held(pair, made);
  }

  private String token(String role) throws Exception {
    String body = "{\"name\":\"join\",\"role\":\"%s\"}".formatted(role);
    return admin.made(body).path("token").asString();
  }

  @Test
  void aHostJoinsByATokenAndRenewsWithoutOne() throws Exception {
    TestAuthority.Held first = enrolled(showing(Optional.empty()), asking("n1", token("host")));
    announce(as(first), 1);
    TestAuthority.Held second = enrolled(as(first), asking("n1", ""));
    assertFalse(first.certificate().equals(second.certificate()));
    announce(as(second), 1);
    refused(Status.Code.PERMISSION_DENIED, () -> announce(as(second), 2));
  }

  @Test
  void aBroughtCertificateIsGoodForAnother() throws Exception {
    announce(as(enrolled(as(authority.dns("n1")), asking("n1", ""))), 1);
  }

  @Test
  void nobodyGetsTheCertificateOfAnother() throws Exception {
    var known = EnrolmentGrpc.newBlockingStub(as(authority.host("n1")));
    refused(Status.Code.PERMISSION_DENIED, () -> known.enroll(asking("n2", "")));
    var unknown = EnrolmentGrpc.newBlockingStub(showing(Optional.empty()));
    String said = refused(Status.Code.UNAUTHENTICATED, () -> unknown.enroll(asking("n1", "")));
    assertTrue(said.contains("--join-token-file"), said);
    refused(Status.Code.UNAUTHENTICATED, () -> unknown.enroll(asking("n1", "darner_x_y")));
    for (String role : List.of("viewer", "operator", "admin")) {
      String shown = token(role);
      refused(Status.Code.PERMISSION_DENIED, () -> unknown.enroll(asking("n1", shown)));
    }
  }

  @Test
  void aTokenThatIsRevokedOrHasEndedIsRefused() throws Exception {
    var unknown = EnrolmentGrpc.newBlockingStub(showing(Optional.empty()));
    JsonNode made = admin.made("{\"name\":\"join\",\"role\":\"host\"}");
    String text = made.path("token").asString();
    admin.send("DELETE", "/api/v1/tokens/" + made.path("id").asString(), null);
    refused(Status.Code.UNAUTHENTICATED, () -> unknown.enroll(asking("n1", text)));
    String end = clock.instant().plusSeconds(60).toString();
    String brief =
        admin
            .made("{\"name\":\"j\",\"role\":\"host\",\"expires\":\"%s\"}".formatted(end))
            .path("token")
            .asString();
    clock.pass(Duration.ofMinutes(2));
    refused(Status.Code.UNAUTHENTICATED, () -> unknown.enroll(asking("n1", brief)));
  }

  @Test
  void joiningHasALimitOfItsOwn() throws Exception {
    var unknown = EnrolmentGrpc.newBlockingStub(showing(Optional.empty()));
    EnrollRequest ask = asking("n1", token("host"));
    for (int number = 0; number < 2_000; number++) {
      var _ = unknown.enroll(ask);
    }
    refused(Status.Code.RESOURCE_EXHAUSTED, () -> unknown.enroll(ask));
    clock.pass(Duration.ofSeconds(1));
    var _ = unknown.enroll(ask);
  }

  @Test
  void aCertificateThatHasEndedRenewsNothing() throws Exception {
    var own = EnrolmentGrpc.newBlockingStub(as(authority.host("n1")));
    var _ = own.enroll(asking("n1", ""));
    clock.pass(Duration.ofHours(2));
    refused(Status.Code.UNAUTHENTICATED, () -> own.enroll(asking("n1", "")));
  }

  @Test
  void whatMakesNoSenseIsSaid() throws Exception {
    var unknown = EnrolmentGrpc.newBlockingStub(showing(Optional.empty()));
    String token = token("host");
    EnrollRequest good = asking("n1", token);
    for (EnrollRequest bad :
        List.of(
            good.toBuilder().setHost("n2").build(),
            good.toBuilder().setHost("No Host").build(),
            good.toBuilder().clearProof().build(),
            good.toBuilder().clearPublicKey().build(),
            EnrollRequest.getDefaultInstance())) {
      refused(Status.Code.INVALID_ARGUMENT, () -> unknown.enroll(bad));
    }
  }

  @Test
  void aTokenOfOneClusterMakesHostsOfThatOne() throws Exception {
    String text =
        admin
            .made("{\"name\":\"join\",\"role\":\"host\",\"clusters\":[\"d\"]}")
            .path("token")
            .asString();
    TestAuthority.Held own = enrolled(showing(Optional.empty()), asking("n1", text));
    assertEquals(Set.of(new ClusterId("d")), CertifiedHost.of(own.certificate()).clusters());
    String said = refused(Status.Code.PERMISSION_DENIED, () -> announce(as(own), 1));
    assertTrue(said.contains("--cluster"), said);
    TestAuthority.Held next = enrolled(as(own), asking("n1", ""));
    assertEquals(Set.of(new ClusterId("d")), CertifiedHost.of(next.certificate()).clusters());
    var inD = Replica.host(1, false).toBuilder().setCluster("d").build();
    var _ =
        MembershipGrpc.newBlockingStub(as(next))
            .announce(AnnounceRequest.newBuilder().setHost(inD).build());
  }

  @Test
  void joiningIsAuditedAndTheTokenIsGoodForNothingElse() throws Exception {
    String token = token("host");
    var _ = enrolled(showing(Optional.empty()), asking("n1", token));
    JsonNode audit = admin.json("/api/v1/audit?action=host.enroll");
    JsonNode entry = audit.path("entries").path(0);
    assertTrue(entry.path("target").asString().startsWith("host n1 ("), audit::toString);
    assertEquals("127.0.0.1", entry.path("address").asString(), audit::toString);
    assertFalse(audit.toString().contains(token), audit::toString);
    Asker joining = new Asker(replica, token);
    for (String path : List.of("hosts", "whoami", "tokens", "audit")) {
      Asker.refusal(403, joining.get("/api/v1/" + path));
    }
  }
}
