package dev.darner.seeding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.darner.model.HostAddress;
import dev.darner.peer.GrpcPeerClient;
import dev.darner.peer.PeerException;
import dev.darner.peer.PeerHolding;
import dev.darner.peer.PeerSettings;
import dev.darner.peer.SyncAsk;
import dev.darner.store.BlobStore;
import dev.darner.transport.Authority;
import dev.darner.transport.Identity;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who has no certificate of the cluster's authority gets nothing, and is not believed. */
@Timeout(60)
class StrangerTest {
  private static final Stored BLOB = Stored.random(11);
  private static final HostAddress ANYWHERE = new HostAddress("127.0.0.1", 0);

  @TempDir Path folder;
  private Authority ours;
  private Authority theirs;
  private BlobStore store;

  @BeforeEach
  void prepare() throws Exception {
    ours = new Authority(folder.resolve("ours"));
    theirs = new Authority(folder.resolve("theirs"));
    store = Stored.store(folder.resolve("store"));
    BLOB.seal(store);
  }

  @AfterEach
  void close() {
    store.close();
  }

  private PeerServer server(Optional<Identity> identity) throws IOException {
    return PeerServer.start(
        SeedingSettings.at(ANYWHERE, ANYWHERE).withIdentity(identity),
        store,
        _ -> CompletableFuture.failedFuture(new AssertionError("nobody asked to fill")));
  }

  private Object heard(Optional<Identity> server, Optional<Identity> client) throws Exception {
    try (PeerServer giver = server(server);
        GrpcPeerClient taker = new GrpcPeerClient(PeerSettings.DEFAULTS.withIdentity(client))) {
      Heard heard = new Heard();
      var _ = taker.sync(giver.address(), SyncAsk.look(BLOB.task()), heard);
      return heard.next();
    }
  }

  @Test
  void anyHostOfTheAuthorityIsHeardWhateverItsName() throws Exception {
    Object heard = heard(Optional.of(ours.identity()), Optional.of(ours.identity()));
    assertInstanceOf(PeerHolding.class, heard);
  }

  @Test
  void eitherSideRefusesOneOfAnotherAuthority() throws Exception {
    Optional<Identity> good = Optional.of(ours.identity());
    assertInstanceOf(
        PeerException.Unavailable.class,
        heard(good, Optional.of(theirs.identityThatBelieves(ours))));
    assertInstanceOf(
        PeerException.Unavailable.class,
        heard(Optional.of(theirs.identityThatBelieves(ours)), good));
  }

  @Test
  void eitherSideRefusesOneWhoseTimeIsOver() throws Exception {
    Optional<Identity> good = Optional.of(ours.identity());
    Optional<Identity> old = Optional.of(ours.identity(Instant.now().minusSeconds(60)));
    assertInstanceOf(PeerException.Unavailable.class, heard(good, old));
    assertInstanceOf(PeerException.Unavailable.class, heard(old, good));
  }

  @Test
  void eitherSideRefusesOneThatSpeaksPlainText() throws Exception {
    Optional<Identity> good = Optional.of(ours.identity());
    assertInstanceOf(PeerException.Unavailable.class, heard(good, Optional.empty()));
    assertInstanceOf(PeerException.Unavailable.class, heard(Optional.empty(), good));
  }

  @Test
  void theLaneGivesNothingToStrangers() throws Exception {
    try (PeerServer server = server(Optional.of(ours.identity()))) {
      assertEquals("HTTP/1.1 200 OK", answer(secret(ours.identity().forClient()), server));
      assertNothing(new Socket(), server);
      assertNothing(secret(theirs.identityThatBelieves(ours).forClient()), server);
      assertNothing(
          secret(SslContextBuilder.forClient().trustManager(InsecureTrustManagerFactory.INSTANCE)),
          server);
    }
  }

  private static Socket secret(SslContextBuilder client) throws IOException {
    JdkSslContext context =
        (JdkSslContext)
            client.sslProvider(SslProvider.JDK).endpointIdentificationAlgorithm(null).build();
    return context.context().getSocketFactory().createSocket();
  }

  private static void assertNothing(Socket socket, PeerServer server) {
    assertThrows(IOException.class, () -> answer(socket, server));
  }

  /** The first line of what comes, once a piece was asked for. */
  private static String answer(Socket socket, PeerServer server) throws IOException {
    try (socket) {
      socket.setSoTimeout(20_000);
      socket.connect(
          new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), server.bulkPort()));
      String ask = "GET /pieces/%s/0 HTTP/1.1\r\n\r\n".formatted(BLOB.task());
      socket.getOutputStream().write(ask.getBytes(StandardCharsets.US_ASCII));
      byte[] line = socket.getInputStream().readNBytes(15);
      if (line.length < 15 || line[0] != 'H') {
        throw new IOException("no answer");
      }
      return new String(line, StandardCharsets.US_ASCII);
    }
  }
}
