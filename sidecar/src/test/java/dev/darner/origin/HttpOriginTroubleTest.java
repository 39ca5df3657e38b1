package dev.darner.origin;

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
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ServerSocketFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers that stall, break off, or talk nonsense, and readers that give up. */
@Timeout(60)
class HttpOriginTroubleTest {
  private static final Digest DIGEST = Digest.sha256(new byte[1]);

  @TempDir Path folder;

  @Test
  void aShortBodyIsAFailure() throws Exception {
    try (RawServer raw =
            new RawServer(socket ->
                RawServer.say(socket, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345"));
        HttpOrigin origin = HttpOriginTest.origin("http://" + raw.host());
        OriginBody body = origin.open(blobAt(raw), 0, Credential.NONE)) {
      var failure =
          assertThrows(OriginException.Unavailable.class, () -> HttpOriginTest.readAll(body));
      assertTrue(failure.getMessage().contains(raw.host()), failure.getMessage());
    }
  }

  private static BlobRef blobAt(RawServer raw) {
    return BlobRef.blob(new Repository(raw.host(), "team/app"), DIGEST);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "220 mail.example ESMTP\r\n",
        "HTTP/1.1 200\r\nContent-Length: ten\r\n\r\n1234567890",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 70368744177665\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 999999999999999999\r\n\r\n",
        "HTTP/1.1 999 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 302 Found\r\nLocation: ftp://x/\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 302 Found\r\nLocation: http://bad host/\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 302 Found\r\nLocation: http://localhost:99999/\r\nContent-Length: 0\r\n\r\n",
        ""
      })
  void nonsenseIsUnavailable(String said) throws Exception {
    try (RawServer raw = new RawServer(socket -> RawServer.say(socket, said));
        HttpOrigin origin = HttpOriginTest.origin("http://" + raw.host())) {
      assertThrows(
          OriginException.Unavailable.class, () -> origin.open(blobAt(raw), 0, Credential.NONE));
    }
  }

  @Test
  void silenceHasADeadline() throws Exception {
    try (RawServer raw = new RawServer(RawServer::untilGone);
        HttpOrigin origin =
            new HttpOrigin(
                HttpOriginTest.settings(Duration.ofMillis(200), "http://" + raw.host()))) {
      var failure =
          assertThrows(
              OriginException.Unavailable.class,
              () -> origin.open(blobAt(raw), 0, Credential.NONE));
      assertTrue(failure.getMessage().contains("did not answer"), failure.getMessage());
    }
  }

  @Test
  void aStallInTheBodyHasADeadlineAndEndsTheConnection() throws Exception {
    CountDownLatch gone = new CountDownLatch(1);
    RawServer.Act stall =
        socket -> {
          RawServer.say(socket, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345");
          RawServer.untilGone(socket);
          gone.countDown();
        };
    try (RawServer raw = new RawServer(stall);
        HttpOrigin origin =
            new HttpOrigin(
                HttpOriginTest.settings(Duration.ofMillis(200), "http://" + raw.host()))) {
      try (OriginBody body = origin.open(blobAt(raw), 0, Credential.NONE)) {
        var failure =
            assertThrows(OriginException.Unavailable.class, () -> HttpOriginTest.readAll(body));
        assertTrue(failure.getMessage().contains("sent nothing"), failure.getMessage());
      }
      assertTrue(gone.await(20, TimeUnit.SECONDS));
    }
  }

  @Test
  void closingTheBodyEndsAWaitAndTheConnection() throws Exception {
    CountDownLatch gone = new CountDownLatch(1);
    RawServer.Act stall =
        socket -> {
          RawServer.say(socket, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345");
          RawServer.untilGone(socket);
          gone.countDown();
        };
    try (RawServer raw = new RawServer(stall);
        HttpOrigin origin = HttpOriginTest.origin("http://" + raw.host());
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      OriginBody body = origin.open(blobAt(raw), 0, Credential.NONE);
      ByteBuffer some = ByteBuffer.allocate(10);
      while (some.position() < 5) {
        body.read(some);
      }
      Future<Integer> waiting = threads.submit(() -> body.read(some));
      body.close();
      body.close();
      assertThrows(Exception.class, () -> waiting.get(20, TimeUnit.SECONDS));
      assertTrue(gone.await(20, TimeUnit.SECONDS));
    }
  }

  @Test
  void closingTheOriginEndsEveryRead() throws Exception {
    RawServer.Act stall =
        socket -> {
          RawServer.say(socket, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n");
          RawServer.untilGone(socket);
        };
    try (RawServer raw = new RawServer(stall);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      HttpOrigin origin = HttpOriginTest.origin("http://" + raw.host());
      OriginBody body = origin.open(blobAt(raw), 0, Credential.NONE);
      Future<Integer> waiting = threads.submit(() -> body.read(ByteBuffer.allocate(10)));
      origin.close();
      assertThrows(Exception.class, () -> waiting.get(20, TimeUnit.SECONDS));
      assertThrows(
          OriginException.Unavailable.class, () -> origin.open(blobAt(raw), 0, Credential.NONE));
    }
  }

  @Test
  void aSlowReaderHoldsTheOriginBack() throws Exception {
    long size = 1L << 30;
    CountDownLatch gone = new CountDownLatch(1);
    long[] sent = new long[1];
    RawServer.Act flood =
        socket -> {
          RawServer.say(socket, "HTTP/1.1 200 OK\r\nContent-Length: " + size + "\r\n\r\n");
          byte[] some = new byte[1 << 16];
          try {
            while (sent[0] < size) {
              socket.getOutputStream().write(some);
              sent[0] += some.length;
            }
          } finally {
            gone.countDown();
          }
        };
    try (RawServer raw = new RawServer(flood);
        HttpOrigin origin = HttpOriginTest.origin("http://" + raw.host())) {
      try (OriginBody body = origin.open(blobAt(raw), 0, Credential.NONE)) {
        assertTrue(body.read(ByteBuffer.allocate(10)) > 0);
      }
      assertTrue(gone.await(20, TimeUnit.SECONDS));
      assertTrue(sent[0] < size / 2, "sent " + sent[0]);
    }
  }

  @Test
  void fiftyBodiesAtOnceStaySmall() throws Exception {
    var tls = TestTls.make(folder);
    long size = 1L << 30;
    RawServer.Act flood =
        socket -> {
          RawServer.say(socket, "HTTP/1.1 200 OK\r\nContent-Length: " + size + "\r\n\r\n");
          byte[] some = new byte[1 << 14];
          for (long sent = 0; sent < size; sent += some.length) {
            socket.getOutputStream().write(some);
          }
        };
    for (boolean secure : new boolean[] {false, true}) {
      int count = secure ? 20 : 50;
      ServerSocketFactory sockets =
          secure ? tls.getServerSocketFactory() : ServerSocketFactory.getDefault();
      try (RawServer raw = new RawServer(sockets, flood);
          HttpOrigin origin =
              new HttpOrigin(
                  HttpOriginTest.trusting(tls, (secure ? "" : "http://") + raw.host()))) {
        List<OriginBody> bodies = new ArrayList<>();
        openAndRead(origin, raw, bodies, 1);
        long before = usedHeap();
        openAndRead(origin, raw, bodies, count);
        long each = (usedHeap() - before) / count;
        bodies.forEach(OriginBody::close);
        // Of these, each server thread of the test has 16 KiB, and TLS of its own. Whoever buffered
        // what the server pours out would hold megabytes.
        assertTrue(each < (secure ? 512 : 256) << 10, each + " bytes a body, TLS: " + secure);
      }
    }
  }

  private static void openAndRead(
      HttpOrigin origin, RawServer raw, List<OriginBody> bodies, int count) throws Exception {
    for (int i = 0; i < count; i++) {
      OriginBody body = origin.open(blobAt(raw), 0, Credential.NONE);
      bodies.add(body);
      ByteBuffer some = ByteBuffer.allocate(1 << 18);
      while (some.hasRemaining()) {
        body.read(some);
      }
    }
  }

  private static long usedHeap() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  @Test
  void aServerThatTakesNoConnectionCostsOneDial() throws Exception {
    List<Socket> clogging = new ArrayList<>();
    try (ServerSocket deaf = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      SocketAddress address = deaf.getLocalSocketAddress();
      for (boolean room = true; room; ) {
        Socket socket = new Socket();
        clogging.add(socket);
        room = connects(socket, address);
      }
      String host = "localhost:" + deaf.getLocalPort();
      OriginSettings s = HttpOriginTest.settings(Duration.ofSeconds(50), "http://" + host);
      OriginSettings quick =
          new OriginSettings(
              s.allow(), s.credentials(), Duration.ofMillis(200), s.response(), s.stall(), s.tls());
      try (HttpOrigin origin = new HttpOrigin(quick)) {
        BlobRef ref = BlobRef.blob(new Repository(host, "x"), DIGEST);
        var failure =
            assertThrows(
                OriginException.Unavailable.class, () -> origin.open(ref, 0, Credential.NONE));
        assertTrue(failure.getMessage().contains("connect"), failure.getMessage());
      }
    } finally {
      for (Socket socket : clogging) {
        socket.close();
      }
    }
  }

  private static boolean connects(Socket socket, SocketAddress address) throws IOException {
    try {
      socket.connect(address, 200);
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    }
  }

  @Test
  void anInterruptEndsTheWaitAndTheConnection() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch gone = new CountDownLatch(1);
    RawServer.Act silence =
        socket -> {
          asked.countDown();
          RawServer.untilGone(socket);
          gone.countDown();
        };
    try (RawServer raw = new RawServer(silence);
        HttpOrigin origin = HttpOriginTest.origin("http://" + raw.host())) {
      AtomicReference<Throwable> thrown = new AtomicReference<>();
      Thread waiting =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  origin.open(blobAt(raw), 0, Credential.NONE).close();
                } catch (OriginException | InterruptedException e) {
                  thrown.set(e);
                }
              });
      assertTrue(asked.await(20, TimeUnit.SECONDS));
      waiting.interrupt();
      waiting.join();
      assertInstanceOf(InterruptedException.class, thrown.get());
      assertTrue(gone.await(20, TimeUnit.SECONDS));
    }
  }

  @Test
  void nobodyListensThere() throws Exception {
    ScriptedServer server = ScriptedServer.plain();
    String host = server.host();
    server.close();
    try (HttpOrigin origin = HttpOriginTest.origin("http://" + host, "nowhere.invalid")) {
      BlobRef ref = BlobRef.blob(new Repository(host, "x"), DIGEST);
      var failure =
          assertThrows(
              OriginException.Unavailable.class, () -> origin.open(ref, 0, Credential.NONE));
      assertTrue(failure.getMessage().contains(host), failure.getMessage());
      BlobRef unknown = BlobRef.blob(new Repository("nowhere.invalid", "x"), DIGEST);
      var lost =
          assertThrows(
              OriginException.Unavailable.class, () -> origin.open(unknown, 0, Credential.NONE));
      assertEquals("unknown host nowhere.invalid", lost.getMessage());
    }
  }
}
