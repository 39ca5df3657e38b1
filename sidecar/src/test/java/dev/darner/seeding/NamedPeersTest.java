package dev.darner.seeding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.controlplane.FakeClock;
import dev.darner.model.HostAddress;
import dev.darner.model.HostId;
import dev.darner.peer.GrpcPeerClient;
import dev.darner.peer.PeerException;
import dev.darner.peer.PeerHolding;
import dev.darner.peer.PeerSettings;
import dev.darner.peer.PieceAsk;
import dev.darner.peer.PieceSink;
import dev.darner.peer.SyncAsk;
import dev.darner.proto.PeerGrpc;
import dev.darner.proto.SyncRequest;
import dev.darner.store.BlobStore;
import dev.darner.transport.Authority;
import dev.darner.transport.Identity;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Where names count, a host is who its certificate says, on both ports and at both ends. */
@Timeout(60)
class NamedPeersTest {
  private static final Stored BLOB = Stored.random(12);
  private static final HostAddress ANYWHERE = new HostAddress("127.0.0.1", 0);
  private static final PieceSink NOWHERE = bytes -> bytes.position(bytes.limit());

  @TempDir Path folder;
  private final FakeClock clock = new FakeClock();
  private final List<AutoCloseable> toClose = new ArrayList<>();
  private Authority authority;
  private Identity giving;
  private PeerServer server;

  @BeforeEach
  void start() throws Exception {
    clock.advance(Duration.between(clock.instant(), Instant.now()));
    authority = new Authority(folder.resolve("ca"));
    giving = authority.named("giver", clock);
    BlobStore store = Stored.store(folder.resolve("store"));
    toClose.add(store);
    BLOB.seal(store);
    server =
        PeerServer.start(
            SeedingSettings.at(ANYWHERE, ANYWHERE).withIdentity(Optional.of(giving)),
            store,
            _ -> CompletableFuture.failedFuture(new AssertionError("nobody asked to fill")));
    toClose.add(server);
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable each : toClose.reversed()) {
      each.close();
    }
  }

  private GrpcPeerClient client(Identity identity) {
    GrpcPeerClient client =
        new GrpcPeerClient(PeerSettings.DEFAULTS.withIdentity(Optional.of(identity)));
    toClose.add(client);
    return client;
  }

  private Object heard(GrpcPeerClient client) throws Exception {
    Heard heard = new Heard();
    var _ = client.sync(server.address(), SyncAsk.look(BLOB.task()), heard);
    return heard.next();
  }

  private void take(GrpcPeerClient client) throws Exception {
    for (int piece = 0; piece < Stored.PIECES; piece++) {
      var _ = client.fetch(server.address(), new PieceAsk(BLOB.task(), piece, false), NOWHERE);
    }
  }

  @Test
  void hostsThatSayTheirNamesAreServed() throws Exception {
    GrpcPeerClient client = client(authority.named("taker"));
    assertInstanceOf(PeerHolding.class, heard(client));
    take(client);
  }

  @Test
  void whoIsDialledForAHostMustBeThatHost() throws Exception {
    Identity taker = authority.named("taker");
    taker.expect(_ -> Set.of(new HostId("giver")));
    assertInstanceOf(PeerHolding.class, heard(client(taker)));
    Identity unsure = authority.named("unsure");
    unsure.expect(_ -> Set.of(new HostId("lost"), new HostId("giver")));
    assertInstanceOf(PeerHolding.class, heard(client(unsure)));
    Identity other = authority.named("other");
    Set<HostId> lost = Set.of(new HostId("lost"), new HostId("gone"));
    other.expect(at -> at.equals(server.address()) ? lost : Set.of());
    assertInstanceOf(PeerException.Unavailable.class, heard(client(other)));
  }

  @Test
  void theLaneOfADialledHostMustBeItsToo() throws Exception {
    Identity taker = authority.named("taker");
    GrpcPeerClient client = client(taker);
    assertInstanceOf(PeerHolding.class, heard(client));
    taker.expect(_ -> Set.of(new HostId("lost")));
    PeerException.Unavailable thrown =
        assertThrows(PeerException.Unavailable.class, () -> take(client));
    assertTrue(thrown.getMessage().contains("no connection for its pieces"), thrown::getMessage);
  }

  @Test
  void aCertificateOfNoHostIsNotBelieved() throws Exception {
    assertInstanceOf(PeerException.Unavailable.class, heard(client(nameless())));
    assertEquals("", answer(nameless(), "taker"));
  }

  /** Of the authority, and without a name that a host can have. */
  private Identity nameless() throws Exception {
    var bundle = authority.dns();
    Path certificate = folder.resolve("nameless.pem");
    Path key = folder.resolve("nameless.key");
    Files.writeString(certificate, bundle.getCertificatePEM());
    Files.writeString(key, bundle.getPrivateKeyPEM());
    return Identity.load(certificate, key, authority.file());
  }

  private Status.Code followed(Identity by, String name) throws Exception {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", server.address().port())
            .sslContext(GrpcSslContexts.configure(by.forClient(), by.provider()).build())
            .build();
    try {
      var _ =
          PeerGrpc.newBlockingStub(channel)
              .sync(SyncRequest.newBuilder().setTask(BLOB.task().text()).setHost(name).build())
              .next();
      return Status.Code.OK;
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode();
    } finally {
      channel.shutdownNow();
    }
  }

  @Test
  void aNameThatIsNotTheCertificatesIsRefused() throws Exception {
    Identity taker = authority.named("taker");
    assertEquals(Status.Code.OK, followed(taker, "taker"));
    assertEquals("HTTP/1.1 200 OK", answer(taker, "taker"));
    for (String other : List.of("giver", "")) {
      assertEquals(Status.Code.FAILED_PRECONDITION, followed(taker, other));
      assertEquals("HTTP/1.1 403 Fo", answer(taker, other));
    }
  }

  @Test
  void aConnectionOutlivesItsCertificateInVain() throws Exception {
    GrpcPeerClient client = client(authority.named("taker"));
    assertInstanceOf(PeerHolding.class, heard(client));
    take(client);
    clock.advance(Duration.ofHours(2));
    assertInstanceOf(PeerException.Unavailable.class, heard(client));
    assertThrows(PeerException.Unavailable.class, () -> take(client));
  }

  @Test
  void whatIsRenewedIsShownOnNewConnectionsAndTheOldOnesGoOn() throws Exception {
    Identity taker = authority.named("taker");
    GrpcPeerClient client = client(taker);
    Heard before = new Heard();
    var _ = client.sync(server.address(), SyncAsk.look(BLOB.task()), before);
    assertInstanceOf(PeerHolding.class, before.next());
    take(client);
    for (int times = 0; times < 3; times++) {
      authority.renew(taker, "taker");
      authority.renew(giving, "giver");
      assertInstanceOf(PeerHolding.class, heard(client));
      take(client);
    }
  }

  @Test
  void aHostWithoutACertificateNeitherDialsNorIsReached() throws Exception {
    Identity none = Identity.of(new HostId("none"), authority.file(), clock);
    assertFalse(none.ready());
    assertInstanceOf(PeerException.Unavailable.class, heard(client(none)));
    BlobStore store = Stored.store(folder.resolve("other"));
    toClose.add(store);
    PeerServer bare =
        PeerServer.start(
            SeedingSettings.at(ANYWHERE, ANYWHERE).withIdentity(Optional.of(none)),
            store,
            _ -> CompletableFuture.failedFuture(new AssertionError("nobody asked to fill")));
    toClose.add(bare);
    Heard heard = new Heard();
    GrpcPeerClient client = client(authority.named("taker"));
    var _ = client.sync(bare.address(), SyncAsk.look(BLOB.task()), heard);
    assertInstanceOf(PeerException.Unavailable.class, heard.next());

    authority.renew(none, "none");
    Heard later = new Heard();
    var _ = client.sync(bare.address(), SyncAsk.look(BLOB.task()), later);
    assertInstanceOf(PeerException.NotHolding.class, later.next());
  }

  /** The first line of what comes when a piece was asked for in some name; empty for nothing. */
  private String answer(Identity by, String name) throws Exception {
    JdkSslContext context = (JdkSslContext) by.by(SslProvider.JDK).forClient().build();
    try (Socket socket =
        context
            .context()
            .getSocketFactory()
            .createSocket(InetAddress.getLoopbackAddress(), server.bulkPort())) {
      socket.setSoTimeout(20_000);
      String ask =
          "GET /pieces/%s/0 HTTP/1.1\r\ndarner-host: %s\r\n\r\n".formatted(BLOB.task(), name);
      socket.getOutputStream().write(ask.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readNBytes(15), StandardCharsets.US_ASCII);
    } catch (IOException e) {
      return "";
    }
  }
}
