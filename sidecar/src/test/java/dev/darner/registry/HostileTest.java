package dev.darner.registry;

import static dev.darner.registry.DoorSetup.LAYER;
import static dev.darner.registry.DoorSetup.blobPath;
import static dev.darner.registry.DoorSetup.patient;
import static dev.darner.registry.DoorSetup.random;
import static dev.darner.registry.DoorSetup.task;
import static dev.darner.registry.DoorSetup.with;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.registry.RegistrySettings.Waits;
import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that mean harm, or do not know better. */
@ParameterizedClass(name = "epoll: {0}")
@ValueSource(booleans = {true, false})
@Timeout(60)
class HostileTest {
  private static final byte[] SMALL = random(1000);
  private static final Duration SOON = Duration.ofMillis(200);

  @Parameter boolean epoll;
  @TempDir Path folder;
  private DoorSetup setup;

  @BeforeEach
  void open() throws IOException {
    setup = new DoorSetup(folder, DoorSetup.usual(), epoll);
    setup.blobs.put(task(SMALL), SMALL, LAYER);
  }

  private void reopen(RegistrySettings settings) throws IOException {
    setup.close();
    setup = new DoorSetup(folder, settings, epoll);
    setup.blobs.put(task(SMALL), SMALL, LAYER);
  }

  @AfterEach
  void close() throws IOException {
    try (RawClient client = setup.client()) {
      assertEquals(200, client.ask("GET", "/v2/").head().status(), "it lives on");
    }
    setup.close();
  }

  private void refused(int status, String request) throws IOException {
    try (RawClient client = setup.client().say(request)) {
      RawClient.Head head = client.head();
      assertEquals(status, head.status(), request);
      assertTrue(client.text(head).startsWith("{\"errors\":["), request);
      assertEquals(0, client.rest().length);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense\r\n\r\n",
        "GET /v2/ HTTP/9.9.9\r\n\r\n",
        "GET /v2/ HTTP/1.1\r\nHost: a\r\nBad Name: x\r\n\r\n",
        "GET /v2/ HTTP/1.1\r\nHost: a\r\nX: a\u0000b\r\n\r\n",
        "GET /v2/ HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        "GET /v2/ HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "\u0016\u0003\u0001\u0002\u0000\u0001\r\n\r\n"
      })
  void whatIsNoHttpIs400(String request) throws IOException {
    refused(400, request);
  }

  @Test
  void aRequestNamesOneHost() throws IOException {
    try (RawClient client = setup.client().say("GET /v2/ HTTP/1.1\r\n\r\n")) {
      assertEquals(400, client.head().status());
    }
    String two = "GET /v2/ HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n";
    try (RawClient client = setup.client().say(two)) {
      assertEquals(400, client.head().status());
    }
  }

  @Test
  void headsAreBounded() throws IOException {
    refused(414, "GET /v2/" + "a".repeat(10_000) + " HTTP/1.1\r\nHost: a\r\n\r\n");
    refused(431, "GET /v2/ HTTP/1.1\r\nHost: a\r\nX: " + "a".repeat(40_000) + "\r\n\r\n");
    refused(431, "GET /v2/ HTTP/1.1\r\nHost: a\r\n" + "X: aaaaaaaa\r\n".repeat(4000) + "\r\n");
  }

  @Test
  void pathsDoNotClimb() throws IOException {
    try (RawClient client = setup.client()) {
      for (String path :
          new String[] {
            "/v2/registry.example/../../etc/passwd/blobs/x",
            "/v2/registry.example/%2e%2e%2fetc/manifests/v1",
            "/v2/registry.example/a%0d%0aX:%20y/manifests/v1"
          }) {
        RawClient.Head head = client.ask("GET", path).head();
        assertEquals(400, head.status(), path);
        assertTrue(client.text(head).contains("NAME_INVALID"), path);
      }
    }
    assertEquals(0, setup.blobs.opened().size());
  }

  @Test
  void nobodyWrites() throws IOException {
    String head = "POST /v2/a/blobs/uploads/ HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000\r\n";
    try (RawClient client = setup.client().say(head + "Expect: 100-continue\r\n\r\n")) {
      RawClient.Head answer = client.head();
      assertEquals(405, answer.status());
      assertEquals("GET, HEAD", answer.header("allow"));
      assertEquals("close", answer.header("connection"));
      assertTrue(client.text(answer).contains("UNSUPPORTED"));
      assertEquals(0, client.rest().length);
    }
  }

  @Test
  void aBodyIsNotWaitedForAndDoesNotSpoilTheAnswer() throws IOException {
    String head = "GET " + blobPath(SMALL) + " HTTP/1.1\r\nHost: a\r\nContent-Length: 300000\r\n";
    try (RawClient client = setup.client().say(head + "\r\n" + "x".repeat(300_000))) {
      RawClient.Head answer = client.head();
      assertEquals(200, answer.status());
      assertArrayEquals(SMALL, client.rest());
    }
  }

  @Test
  void aHeadThatDoesNotEndIsNotWaitedForForLong() throws IOException {
    Waits p = patient();
    reopen(with(new Waits(SOON, p.firstByte(), p.source(), p.client(), p.idle())));
    try (RawClient client = setup.client().say("GET /v2/ HT")) {
      assertEquals(0, client.rest().length);
    }
  }

  @Test
  void anIdleConnectionIsClosed() throws IOException {
    Waits p = patient();
    reopen(with(new Waits(p.head(), p.firstByte(), p.source(), p.client(), SOON)));
    try (RawClient client = setup.client()) {
      assertEquals(0, client.rest().length);
    }
    try (RawClient client = setup.client()) {
      RawClient.Head head = client.ask("GET", "/v2/").head();
      client.body(head.length());
      assertEquals(0, client.rest().length);
    }
  }

  @Test
  void thereAreOnlySoManyConnections() throws IOException {
    reopen(with(patient(), 2));
    RawClient one = setup.client();
    RawClient two = setup.client();
    assertEquals(200, one.ask("HEAD", "/v2/").head().status());
    assertEquals(200, two.ask("HEAD", "/v2/").head().status());
    try (RawClient three = setup.client()) {
      assertEquals(0, three.rest().length);
    }
    assertEquals(1, setup.door.counts().refusedConnections());
    one.close();
    two.close();
    Eventually.until("room again", this::answers);
  }

  private boolean answers() {
    try (RawClient client = setup.client()) {
      return client.ask("HEAD", "/v2/").head().status() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void aFloodOfPipelinedRequestsIsCut() throws IOException {
    reopen(with(patient()));
    var _ = setup.blobs.opening(task(SMALL));
    String one = "GET " + blobPath(SMALL) + " HTTP/1.1\r\nHost: a\r\n\r\n";
    String tiny = "GET / HTTP/1.1\r\nHost: a\r\n\r\n".repeat(2000);
    try (RawClient client = setup.client().say(one + tiny)) {
      assertEquals(0, client.rest().length);
    } catch (SocketException e) {
      assertTrue(e.getMessage().contains("reset") || e.getMessage().contains("Broken"));
    }
    assertEquals(1, setup.door.counts().requests());
  }
}
