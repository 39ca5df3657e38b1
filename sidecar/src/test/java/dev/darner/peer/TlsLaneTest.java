package dev.darner.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.darner.model.HostAddress;
import dev.darner.transport.Authority;
import dev.darner.transport.EventLoops;
import dev.darner.transport.Identity;
import dev.darner.transport.Line;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** The asking end of a lane over TLS, before peers of plain sockets. */
@Timeout(60)
class TlsLaneTest {
  private static final HostAddress PEER = new HostAddress("127.0.0.1", 1);
  private static final Duration LONG = Duration.ofSeconds(20);

  @TempDir Path folder;
  private final EventLoops loops = EventLoops.start("tls-lane-test");
  private Authority ours;
  private ServerSocket listening;

  @BeforeEach
  void prepare() throws Exception {
    ours = new Authority(folder.resolve("ours"));
  }

  @AfterEach
  void close() throws IOException {
    if (listening != null) {
      listening.close();
    }
    loops.close();
  }

  /** What the peer does with a connection. */
  private interface Script {
    void play(Socket socket) throws IOException;
  }

  private Lanes lanes(SslProvider provider, Duration limit, Script script) throws Exception {
    Thread.startVirtualThread(() -> {
      try (Socket socket = listening.accept()) {
        script.play(socket);
        socket.getInputStream().readAllBytes();
      } catch (IOException e) {
        // The other end hung up, as it should.
      }
    });
    Identity identity = ours.identity().by(provider);
    Lanes lanes =
        new Lanes(new PeerSettings(limit, limit, limit, LONG, 4, 4, Optional.of(identity)), loops);
    lanes.learn(PEER, (InetSocketAddress) listening.getLocalSocketAddress());
    return lanes;
  }

  private void listenAs(Identity identity) throws Exception {
    JdkSslContext context = (JdkSslContext) identity.by(SslProvider.JDK).forServer().build();
    listening =
        context
            .context()
            .getServerSocketFactory()
            .createServerSocket(0, 5, InetAddress.getLoopbackAddress());
  }

  @ParameterizedTest
  @EnumSource(
      value = SslProvider.class,
      names = {"OPENSSL", "JDK"},
      mode = Mode.INCLUDE)
  void bytesOfAnyRunsArriveInAnyBuffers(SslProvider provider) throws Exception {
    listenAs(ours.identity());
    byte[] all = new byte[1_000_003];
    new Random(5).nextBytes(all);
    Script drip =
        socket -> {
          OutputStream out = socket.getOutputStream();
          for (int at = 0, run = 1; at < all.length; at += run, run = run * 5 % 70_001) {
            out.write(all, at, Math.min(run, all.length - at));
          }
        };
    try (Lanes lanes = lanes(provider, LONG, drip)) {
      Line<Lanes.End> line = lanes.take(lanes.of(PEER), LONG);
      ByteBuffer received = ByteBuffer.allocateDirect(all.length);
      Random random = new Random(6);
      while (received.hasRemaining()) {
        int room = Math.min(received.remaining(), 1 + random.nextInt(40_000));
        ByteBuffer part = received.slice(received.position(), room);
        line.read(part, LONG);
        received.position(received.position() + part.position());
      }
      assertEquals(ByteBuffer.wrap(all), received.flip());
      lanes.giveBack(line, false);
    }
  }

  @Test
  void aPeerOfAnotherAuthorityIsNotSpokenTo() throws Exception {
    listenAs(new Authority(folder.resolve("theirs")).identityThatBelieves(ours));
    try (Lanes lanes = lanes(SslProvider.OPENSSL, LONG, _ -> {})) {
      assertThrows(SSLException.class, () -> lanes.take(lanes.of(PEER), LONG));
    }
  }

  @Test
  void aPeerThatAnswersInPlainTextIsNotSpokenTo() throws Exception {
    listening = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    Script plain = socket -> socket.getOutputStream().write(ScriptedLane.head(3, 0));
    try (Lanes lanes = lanes(SslProvider.OPENSSL, LONG, plain)) {
      assertThrows(SSLException.class, () -> lanes.take(lanes.of(PEER), LONG));
    }
  }

  @Test
  void aPeerThatAcceptsAndSaysNothingIsLeftAtTheDialLimit() throws Exception {
    listening = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    try (Lanes lanes = lanes(SslProvider.OPENSSL, Duration.ofMillis(300), _ -> {})) {
      assertThrows(IOException.class, () -> lanes.take(lanes.of(PEER), Duration.ofMillis(300)));
    }
  }

  @Test
  void aPeerThatSaysGoodbyeHasHungUp() throws Exception {
    listenAs(ours.identity());
    Script cut =
        socket -> {
          socket.getOutputStream().write(new byte[10]);
          socket.close();
        };
    try (Lanes lanes = lanes(SslProvider.OPENSSL, LONG, cut)) {
      Line<Lanes.End> line = lanes.take(lanes.of(PEER), LONG);
      ByteBuffer received = ByteBuffer.allocateDirect(100_000);
      line.read(received, LONG);
      assertEquals(10, received.position());
      assertEquals(-1, line.read(received, LONG));
      lanes.giveBack(line, false);
      assertThrows(IOException.class, () -> line.read(received, LONG));
    }
  }
}
