package dev.darner.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.Digest;
import dev.darner.proto.AnnounceRequest;
import dev.darner.proto.HostInfo;
import dev.darner.proto.MembershipGrpc;
import dev.darner.proto.PeerGrpc;
import dev.darner.proto.SyncRequest;
import dev.darner.rig.Await;
import dev.darner.rig.Content;
import dev.darner.rig.Darner;
import dev.darner.rig.Download;
import dev.darner.rig.Functions;
import dev.darner.rig.LiveRig;
import dev.darner.rig.RateLimitedOrigin;
import dev.darner.rig.Sidecar;
import dev.darner.rig.TlsAuthority;
import dev.darner.rig.TlsCaller;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Hosts that prove who they are to functions and to one another, and others that try to. */
@Tag("live")
class ImpostorTest {
  private static final Duration TO_END = Duration.ofMinutes(2);
  private static final Duration PULLING = Duration.ofSeconds(25);
  private static final String TASK = "sha256:" + "0".repeat(64);
  private static final Pattern BULK = Pattern.compile("pieces on port (\\d+)");
  private static final String RENEWED = "this host has a certificate until";
  private static final int SIZE = 24 << 20;
  private static final long BYTES_PER_SECOND = 60_000_000;

  @RegisterExtension final LiveRig rig = new LiveRig();

  private TlsAuthority authority;
  private RateLimitedOrigin origin;
  private Functions functions;
  private Path token;

  @BeforeEach
  void make() throws Exception {
    authority = TlsAuthority.make(rig);
    origin = RateLimitedOrigin.start(rig, BYTES_PER_SECOND);
  }

  private void startFunctions(String life) {
    functions =
        Functions.startSecret(
            rig,
            "--ca-cert",
            authority.certificate().toString(),
            "--ca-key",
            authority.key().toString(),
            "--certificate-life",
            life);
    String made =
        Darner.start(
                rig,
                "token",
                "token",
                "create",
                "nodes",
                "--role",
                "host",
                "--functions",
                functions.url(),
                "--functions-ca",
                authority.certificate().toString())
            .finish(TO_END);
    token = rig.write("token", "join", made);
  }

  private Sidecar sidecar(String name, String... more) {
    List<String> flags = new ArrayList<>(List.of(more));
    flags.addAll(List.of("--functions", functions.url(), "--tls", "on", "--log", "debug"));
    flags.addAll(List.of("--peer-tls-ca", authority.certificate().toString()));
    flags.addAll(List.of("--join-token-file", token.toString()));
    flags.addAll(List.of("--allow", "http://" + origin.address()));
    return Sidecar.start(rig, name, flags.toArray(String[]::new));
  }

  private static int bulkPort(Sidecar sidecar) {
    Matcher said = BULK.matcher(sidecar.stderr());
    assertTrue(said.find(), sidecar::stderr);
    return Integer.parseInt(said.group(1));
  }

  private String url(Sidecar by, Digest digest) {
    return by.blobUrl(origin.address(), RateLimitedOrigin.REPOSITORY, digest);
  }

  @Test
  void whoIsNotAHostIsRefusedOnEveryPort() throws Exception {
    startFunctions("24h");
    Sidecar real = sidecar("a", "--seed");
    Instant later = Instant.now().plusSeconds(3600);
    TlsCaller itself = new TlsCaller(Optional.of(authority.host("a", later)));
    TlsCaller nobody = new TlsCaller(Optional.empty());
    TlsCaller late = new TlsCaller(Optional.of(authority.host("a", Instant.now().minusSeconds(9))));
    TlsCaller other = new TlsCaller(Optional.of(authority.host("m", later)));

    assertEquals(Status.Code.OK, announced(itself));
    assertEquals(Status.Code.UNAUTHENTICATED, announced(nobody));
    assertEquals(Status.Code.UNAVAILABLE, announced(late));
    assertEquals(Status.Code.PERMISSION_DENIED, announced(other));

    assertEquals(Status.Code.NOT_FOUND, followed(itself, real));
    assertEquals(Status.Code.UNAVAILABLE, followed(nobody, real));
    assertEquals(Status.Code.UNAVAILABLE, followed(late, real));
    assertEquals(Status.Code.FAILED_PRECONDITION, followed(other, real));

    assertEquals("HTTP/1.1 404 Not Found", taken(itself, real));
    assertEquals("", taken(nobody, real));
    assertEquals("", taken(late, real));
    assertEquals("HTTP/1.1 403 Forbidden", taken(other, real));
  }

  /** What functions say to somebody who announces the host a. */
  private Status.Code announced(TlsCaller by) throws Exception {
    HostInfo host =
        HostInfo.newBuilder()
            .setCluster(Sidecar.CLUSTER)
            .setName("a")
            .setPeerAddress("127.0.0.1:1")
            .build();
    ManagedChannel channel = by.channel(rig, functions.address().toString());
    return ended(() ->
        MembershipGrpc.newBlockingStub(channel)
            .withDeadlineAfter(TO_END.toSeconds(), TimeUnit.SECONDS)
            .announce(AnnounceRequest.newBuilder().setHost(host).build()));
  }

  /** What a peer says to somebody who follows a task as the host a. */
  private Status.Code followed(TlsCaller by, Sidecar peer) throws Exception {
    ManagedChannel channel = by.channel(rig, peer.peer());
    SyncRequest request = SyncRequest.newBuilder().setTask(TASK).setHost("a").build();
    return ended(() ->
        PeerGrpc.newBlockingStub(channel)
            .withDeadlineAfter(TO_END.toSeconds(), TimeUnit.SECONDS)
            .sync(request)
            .next());
  }

  private static Status.Code ended(Runnable call) {
    try {
      call.run();
      return Status.Code.OK;
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode();
    }
  }

  /** What a peer answers to somebody who takes a piece as the host a. */
  private static String taken(TlsCaller by, Sidecar peer) throws Exception {
    String ask =
        "GET /pieces/%s/0 HTTP/1.1\r\nhost: x\r\nconnection: close\r\ndarner-host: a\r\n\r\n"
            .formatted(TASK);
    return by.answer(bulkPort(peer), ask);
  }

  @Test
  void certificatesAreRenewedUnderLoadAndNoPieceFails() {
    startFunctions("10s");
    Sidecar seed = sidecar("seed", "--seed");
    List<Sidecar> takers = List.of(sidecar("one"), sidecar("two"));
    List<Sidecar> all = List.of(seed, takers.getFirst(), takers.getLast());
    Await.until(
        "all have announced themselves",
        TO_END,
        () ->
            all.stream().allMatch(each -> each.adminGet("/api/v1/neighbourhood").contains("seed")));

    List<Digest> pulled = new ArrayList<>();
    long end = System.nanoTime() + PULLING.toNanos();
    for (int round = 1; System.nanoTime() < end; round++) {
      Digest digest = origin.add(Content.random(round, SIZE));
      pulled.add(digest);
      List<Download> pulls =
          takers.stream().map(taker -> Download.start(rig, url(taker, digest))).toList();
      for (Download pull : pulls) {
        assertEquals(new Download.Ended(200, true, digest, ""), pull.finish(TO_END));
      }
    }

    for (Digest digest : pulled) {
      assertEquals(SIZE, origin.sent(digest), "read from the origin more than once");
      takers.forEach(taker -> assertTrue(taker.peerBytes(digest) > 0));
    }
    for (Sidecar each : all) {
      String said = each.stderr();
      assertTrue(said.split(RENEWED, -1).length > 4, said);
      assertFalse(said.contains("a piece failed"), said);
      assertFalse(said.contains("not renewed yet"), said);
      assertFalse(said.contains("no function answers"), said);
    }
    assertFalse(functions.stderr().contains("refused"), functions::stderr);
  }
}
