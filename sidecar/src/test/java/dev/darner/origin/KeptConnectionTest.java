package dev.darner.origin;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.BlobRef;
import dev.darner.model.Digest;
import dev.darner.model.Repository;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which connections are used again, and which are not; how one ends. */
@Timeout(60)
class KeptConnectionTest {
  private static final Digest DIGEST = Digest.sha256(new byte[1]);
  private static final String ANSWER = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc";
  private static final Duration SHORT = Duration.ofMillis(200);
  private static final Duration LONG = Duration.ofSeconds(20);

  @TempDir Path folder;

  private static BlobRef blobAt(String host) {
    return BlobRef.blob(new Repository(host, "team/app"), DIGEST);
  }

  private static String read(HttpOrigin origin, String host) throws Exception {
    try (OriginBody body = origin.open(blobAt(host), 0, Credential.NONE)) {
      return new String(HttpOriginTest.readAll(body), US_ASCII);
    }
  }

  private static HttpOrigin origin(RawServer raw, Duration wait) {
    return new HttpOrigin(HttpOriginTest.settings(wait, "http://" + raw.host()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ANSWER,
        "HTTP/1.1 100 Continue\r\n\r\n" + ANSWER,
        "HTTP/1.1 404 No\r\nContent-Length: 3\r\n\r\nabc",
        "HTTP/1.1 404 No\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX: y\r\n\r\n"
      })
  void oneConnectionServesAll(String answer) throws Exception {
    RawServer.Act again =
        socket -> {
          do {
            RawServer.say(socket, answer);
          } while (!RawServer.hear(socket).isEmpty());
        };
    try (RawServer raw = new RawServer(again);
        HttpOrigin origin = origin(raw, LONG)) {
      for (int i = 0; i < 5; i++) {
        readOrFail(origin, raw.host());
      }
      assertEquals(1, raw.connections());
    }
  }

  private static void readOrFail(HttpOrigin origin, String host) throws Exception {
    try {
      assertEquals("abc", read(origin, host));
    } catch (OriginException.NotFound e) {
      assertTrue(e.getMessage().contains("404"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc",
        "HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nabc"
      })
  void whatIsToBeClosedIsNotUsedAgain(String answer) throws Exception {
    RawServer.Act once =
        socket -> {
          RawServer.say(socket, answer);
          RawServer.untilGone(socket);
        };
    try (RawServer raw = new RawServer(once);
        HttpOrigin origin = origin(raw, LONG)) {
      assertEquals("abc", read(origin, raw.host()));
      assertEquals("abc", read(origin, raw.host()));
      assertEquals(2, raw.connections());
    }
  }

  @Test
  void aBodyThatIsLongerThanItSaysIsAFailure() throws Exception {
    try (RawServer raw = new RawServer(socket -> RawServer.say(socket, ANSWER + "d"));
        HttpOrigin origin = origin(raw, LONG)) {
      var failure = assertThrows(OriginException.Unavailable.class, () -> read(origin, raw.host()));
      assertTrue(failure.getMessage().contains("more than it says"), failure.getMessage());
    }
  }

  /** Answers the first request of its first connection, and does with the second as it is told. */
  private static RawServer.Act thenOnce(AtomicInteger connections, RawServer.Act second) {
    return socket -> {
      boolean first = connections.incrementAndGet() == 1;
      RawServer.say(socket, ANSWER);
      String next = RawServer.hear(socket);
      if (first && !next.isEmpty()) {
        second.play(socket);
      }
    };
  }

  @Test
  void aConnectionThatDiedMeanwhileIsReplacedOnce() throws Exception {
    try (RawServer raw = new RawServer(thenOnce(new AtomicInteger(), Socket::close));
        HttpOrigin origin = origin(raw, LONG)) {
      assertEquals("abc", read(origin, raw.host()));
      assertEquals("abc", read(origin, raw.host()));
      assertEquals(2, raw.connections());
    }
  }

  @Test
  void aNewConnectionThatDiesIsNot() throws Exception {
    AtomicInteger connections = new AtomicInteger();
    RawServer.Act act =
        socket -> {
          if (connections.incrementAndGet() == 1) {
            RawServer.say(socket, ANSWER);
            RawServer.hear(socket);
          }
        };
    try (RawServer raw = new RawServer(act);
        HttpOrigin origin = origin(raw, LONG)) {
      assertEquals("abc", read(origin, raw.host()));
      assertThrows(OriginException.Unavailable.class, () -> read(origin, raw.host()));
      assertEquals(2, raw.connections());
    }
  }

  @Test
  void whatHasBegunToAnswerIsNotAskedAgain() throws Exception {
    RawServer.Act half = socket -> RawServer.say(socket, "HTTP/1.1 2");
    try (RawServer raw = new RawServer(thenOnce(new AtomicInteger(), half));
        HttpOrigin origin = origin(raw, LONG)) {
      assertEquals("abc", read(origin, raw.host()));
      assertThrows(OriginException.Unavailable.class, () -> read(origin, raw.host()));
      assertEquals(1, raw.connections());
    }
  }

  @Test
  void whoIsSilentIsNotAskedAgain() throws Exception {
    RawServer.Act silence = RawServer::untilGone;
    try (RawServer raw = new RawServer(thenOnce(new AtomicInteger(), silence));
        HttpOrigin origin = origin(raw, Duration.ofSeconds(1))) {
      assertEquals("abc", read(origin, raw.host()));
      var failure = assertThrows(OriginException.Unavailable.class, () -> read(origin, raw.host()));
      assertTrue(failure.getMessage().contains("did not answer"), failure.getMessage());
      assertEquals(1, raw.connections());
    }
  }

  @Test
  void aHeadThatDribblesHasOneDeadline() throws Exception {
    RawServer.Act dribble =
        socket -> {
          socket.setSoTimeout(10);
          for (boolean here = true; here; here = stillHere(socket)) {
            RawServer.say(socket, "HTTP/1.1 103 Wait\r\n\r\n");
          }
        };
    try (RawServer raw = new RawServer(dribble);
        HttpOrigin origin = origin(raw, SHORT)) {
      var failure = assertThrows(OriginException.Unavailable.class, () -> read(origin, raw.host()));
      assertTrue(failure.getMessage().contains("did not answer"), failure.getMessage());
    }
  }

  private static boolean stillHere(Socket socket) throws IOException {
    try {
      return socket.getInputStream().read() >= 0;
    } catch (SocketTimeoutException e) {
      return true;
    }
  }

  @Test
  void anInterruptInTheBodyEndsTheConnection() throws Exception {
    CountDownLatch gone = new CountDownLatch(1);
    RawServer.Act stall =
        socket -> {
          RawServer.say(socket, "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n");
          RawServer.untilGone(socket);
          gone.countDown();
        };
    try (RawServer raw = new RawServer(stall);
        HttpOrigin origin = origin(raw, LONG);
        OriginBody body = origin.open(blobAt(raw.host()), 0, Credential.NONE)) {
      AtomicReference<Throwable> thrown = new AtomicReference<>();
      Thread reader =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  body.read(ByteBuffer.allocateDirect(10));
                } catch (OriginException | InterruptedException e) {
                  thrown.set(e);
                }
              });
      reader.interrupt();
      reader.join();
      assertInstanceOf(InterruptedException.class, thrown.get());
      assertTrue(gone.await(20, TimeUnit.SECONDS));
    }
  }

  /** More answers than there are places, of each kind that leaves one. */
  @Test
  void everyPlaceIsGivenBack() throws Exception {
    AtomicInteger connections = new AtomicInteger();
    RawServer.Act mixed =
        socket -> {
          switch (connections.incrementAndGet() % 4) {
            case 0 -> RawServer.say(socket, ANSWER);
            case 1 -> RawServer.say(socket, "nonsense\r\n");
            case 2 -> RawServer.say(socket, "HTTP/1.1 302 Go\r\nLocation: /x\r\n\r\n");
            default -> socket.close();
          }
        };
    try (RawServer raw = new RawServer(mixed);
        HttpOrigin origin = origin(raw, LONG)) {
      for (int i = 0; i < 300; i++) {
        String message = message(origin, raw.host());
        assertTrue(!message.contains("no place"), message);
      }
    }
  }

  private static String message(HttpOrigin origin, String host) throws Exception {
    try {
      return read(origin, host);
    } catch (OriginException.Unavailable e) {
      return e.getMessage();
    }
  }

  @Test
  void onlyTheAddressesThatWereLookedAtAreDialled() throws Exception {
    RawServer.Act answer =
        socket -> {
          do {
            RawServer.say(socket, ANSWER);
          } while (!RawServer.hear(socket).isEmpty());
        };
    try (RawServer raw = new RawServer(answer);
        Dialer dialer = new Dialer(HttpOriginTest.settings(LONG))) {
      String port = raw.host().substring("localhost".length());
      URI url = URI.create("http://nowhere.invalid" + port + "/");
      Ask ask = new Ask(Ask.GET, url, Map.of(), Optional.empty());
      InetAddress here = InetAddress.getLoopbackAddress();
      InetAddress nobody = InetAddress.getByName("127.77.0.1");
      for (List<InetAddress> at : List.of(List.of(here), List.of(nobody, here))) {
        try (Answer got = dialer.send(ask, at, true)) {
          assertEquals(3, got.body().readAll(10).length);
        }
      }
      assertEquals(1, raw.connections());
      assertThrows(
          OriginException.Unavailable.class, () -> dialer.send(ask, List.of(nobody), true));
    }
  }

  /** A TLS server on every address of this machine; says its words, then ends as it is told. */
  private static void serveOnce(ServerSocket listening, SSLContext tls, String words, boolean cut) {
    Thread.startVirtualThread(() -> {
      try (Socket plain = listening.accept();
          SSLSocket secret =
              (SSLSocket) tls.getSocketFactory().createSocket(plain, null, 0, false)) {
        secret.setUseClientMode(false);
        RawServer.hear(secret);
        RawServer.say(secret, words);
        if (cut) {
          plain.shutdownOutput();
        }
      } catch (IOException e) {
        // The other end did not like what it saw, as it should.
      }
    });
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void overTlsABodyEndsWithAGoodbyeOnly(boolean cut) throws Exception {
    SSLContext tls = TestTls.make(folder);
    try (ServerSocket listening = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      String host = "localhost:" + listening.getLocalPort();
      serveOnce(listening, tls, "HTTP/1.1 200 OK\r\n\r\n{}", cut);
      try (HttpOrigin origin = new HttpOrigin(HttpOriginTest.trusting(tls, host))) {
        BlobRef manifest = BlobRef.manifest(new Repository(host, "team/app"), DIGEST);
        if (cut) {
          assertThrows(
              OriginException.Unavailable.class, () -> origin.open(manifest, 0, Credential.NONE));
        } else {
          try (OriginBody body = origin.open(manifest, 0, Credential.NONE)) {
            assertEquals(2, body.size());
          }
        }
      }
    }
  }

  @Test
  void aCertificateForAnotherNameIsNotBelieved() throws Exception {
    SSLContext tls = TestTls.make(folder);
    InetAddress other = InetAddress.getByName("127.77.0.2");
    try (ServerSocket listening = new ServerSocket(0, 5, other)) {
      String host = "127.77.0.2:" + listening.getLocalPort();
      serveOnce(listening, tls, ANSWER, false);
      try (HttpOrigin origin = new HttpOrigin(HttpOriginTest.trusting(tls, host))) {
        var failure = assertThrows(OriginException.Unavailable.class, () -> read(origin, host));
        assertTrue(failure.getMessage().contains("127.77.0.2"), failure.getMessage());
      }
    }
  }
}
