package dev.darner.registry;

import static dev.darner.registry.DoorSetup.LAYER;
import static dev.darner.registry.DoorSetup.blob;
import static dev.darner.registry.DoorSetup.blobPath;
import static dev.darner.registry.DoorSetup.manifestPath;
import static dev.darner.registry.DoorSetup.random;
import static dev.darner.registry.DoorSetup.task;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.BlobRef;
import dev.darner.model.ByteRange;
import dev.darner.model.Digest;
import dev.darner.model.HostAddress;
import dev.darner.model.TaskId;
import dev.darner.origin.AcceptedTypes;
import dev.darner.origin.Credential;
import dev.darner.origin.ManifestDescriptor;
import dev.darner.origin.OriginException;
import dev.darner.task.Asker;
import dev.darner.task.TaskException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the door answers, on both transports. */
@ParameterizedClass(name = "epoll: {0}")
@ValueSource(booleans = {true, false})
@Timeout(60)
class RegistryDoorTest {
  private static final byte[] SMALL = random(1000);
  private static final byte[] LARGE = random(5_000_000);
  private static final byte[] MANIFEST =
      "{\"schemaVersion\": 2, \"manifests\": []}".getBytes(StandardCharsets.UTF_8);
  private static final String INDEX = "application/vnd.oci.image.index.v1+json";

  @Parameter boolean epoll;
  @TempDir Path folder;
  private DoorSetup setup;

  @BeforeEach
  void open() throws IOException {
    setup = new DoorSetup(folder, DoorSetup.usual(), epoll);
  }

  @AfterEach
  void close() {
    setup.close();
  }

  @Test
  void saysThatItIsARegistry() throws IOException {
    try (RawClient client = setup.client()) {
      RawClient.Head head = client.ask("GET", "/v2/").head();
      assertEquals(200, head.status());
      assertEquals("registry/2.0", head.header("docker-distribution-api-version"));
      assertEquals("{}", client.text(head));
      assertEquals(200, client.ask("HEAD", "/v2").head().status());
      assertEquals(404, client.ask("HEAD", "/v3").head().status());
    }
  }

  @Test
  void servesABlobWhole() throws IOException {
    setup.blobs.put(task(LARGE), LARGE, LAYER);
    try (RawClient client = setup.client()) {
      RawClient.Head head = client.ask("GET", blobPath(LARGE), "Authorization: Bearer mine").head();
      assertEquals(200, head.status());
      assertEquals(LAYER, head.header("content-type"));
      assertEquals("bytes", head.header("accept-ranges"));
      assertEquals(Digest.sha256(LARGE).toString(), head.header("docker-content-digest"));
      assertEquals('"' + Digest.sha256(LARGE).toString() + '"', head.header("etag"));
      assertNull(head.header("content-encoding"));
      assertNull(head.header("transfer-encoding"));
      assertArrayEquals(LARGE, client.body(head.length()));
    }
    assertEquals(
        List.of(
            new FakeBlobs.Opened(
                blob(LARGE), Asker.RUNTIME, new Credential(Optional.of("Bearer mine")))),
        setup.blobs.opened());
    assertEquals(List.of(ByteRange.whole(LARGE.length)), setup.blobs.wanted());
    Eventually.until("counted", () -> setup.door.counts().bytes() == LARGE.length);
  }

  @Test
  void headSaysTheSizeAndSendsNothing() throws IOException {
    FakeContent arriving = setup.blobs.arriving(task(LARGE), LARGE, LAYER);
    setup.blobs.put(task(SMALL), SMALL, LAYER);
    try (RawClient client = setup.client()) {
      RawClient.Head head = client.ask("HEAD", blobPath(LARGE), "Range: bytes=0-1").head();
      assertEquals(200, head.status());
      assertEquals(LARGE.length, head.length());
      assertEquals(0, arriving.received());
      RawClient.Head next = client.ask("GET", blobPath(SMALL)).head();
      assertArrayEquals(SMALL, client.body(next.length()));
    }
  }

  @ParameterizedTest
  @CsvSource({"0-,0,1000", "0-0,0,1", "10-19,10,20", "-5,995,1000", "999-5000,999,1000"})
  void servesARange(String asked, int start, int end) throws IOException {
    setup.blobs.put(task(SMALL), SMALL, LAYER);
    try (RawClient client = setup.client()) {
      RawClient.Head head = client.ask("GET", blobPath(SMALL), "Range: bytes=" + asked).head();
      assertEquals(206, head.status());
      assertEquals("bytes %d-%d/1000".formatted(start, end - 1), head.header("content-range"));
      assertArrayEquals(Arrays.copyOfRange(SMALL, start, end), client.body(head.length()));
    }
    assertEquals(List.of(new ByteRange(start, end)), setup.blobs.wanted());
  }

  @Test
  void aRangeBeyondIs416AndSeveralAre400() throws IOException {
    setup.blobs.put(task(SMALL), SMALL, LAYER);
    try (RawClient client = setup.client()) {
      RawClient.Head beyond = client.ask("GET", blobPath(SMALL), "Range: bytes=1000-").head();
      assertEquals(416, beyond.status());
      assertEquals("bytes */1000", beyond.header("content-range"));
      client.body(beyond.length());
      RawClient.Head several = client.ask("GET", blobPath(SMALL), "Range: bytes=0-1,5-6").head();
      assertEquals(400, several.status());
    }
  }

  @Test
  void validatorsAreHeeded() throws IOException {
    setup.blobs.put(task(SMALL), SMALL, LAYER);
    String etag = "\"" + Digest.sha256(SMALL) + "\"";
    try (RawClient client = setup.client()) {
      RawClient.Head same =
          client.ask("GET", blobPath(SMALL), "If-None-Match: \"x\", W/" + etag).head();
      assertEquals(304, same.status());
      assertEquals(etag, same.header("etag"));
      RawClient.Head other = client.ask("GET", blobPath(SMALL), "If-None-Match: \"x\"").head();
      assertEquals(200, other.status());
      client.body(other.length());
      String[] valid = {"Range: bytes=0-0", "If-Range: " + etag};
      RawClient.Head part = client.ask("GET", blobPath(SMALL), valid).head();
      assertEquals(206, part.status());
      client.body(part.length());
      String[] changed = {"Range: bytes=0-0", "If-Range: \"other\""};
      assertEquals(200, client.ask("GET", blobPath(SMALL), changed).head().status());
    }
  }

  @Test
  void servesNothingOfAnEmptyBlob() throws IOException {
    byte[] empty = new byte[0];
    setup.blobs.put(task(empty), empty, LAYER);
    try (RawClient client = setup.client()) {
      for (int i = 0; i < 2; i++) {
        RawClient.Head head = client.ask("GET", blobPath(empty)).head();
        assertEquals(200, head.status());
        assertEquals(0, head.length());
      }
    }
  }

  @Test
  void aTagIsResolvedAndItsManifestServed() throws IOException {
    Digest digest = Digest.sha256(MANIFEST);
    setup.origin.says(() -> new ManifestDescriptor(digest, INDEX, MANIFEST.length));
    setup.blobs.put(task(MANIFEST), MANIFEST, INDEX);
    try (RawClient client = setup.client()) {
      RawClient.Head asked =
          client.ask("HEAD", "/v2/team/app/manifests/v1", "Accept: a/b", "Accept: c/d, e/f").head();
      assertEquals(200, asked.status());
      assertEquals(MANIFEST.length, asked.length());
      assertEquals(INDEX, asked.header("content-type"));
      assertEquals(digest.toString(), asked.header("docker-content-digest"));
      assertNull(asked.header("x-darner-stale"));
      assertEquals(List.of(), setup.blobs.opened());
      RawClient.Head got = client.ask("GET", "/v2/team/app/manifests/v1").head();
      assertEquals(INDEX, got.header("content-type"));
      assertArrayEquals(MANIFEST, client.body(got.length()));
    }
    assertEquals(
        new AcceptedTypes(List.of("a/b", "c/d, e/f")), setup.origin.asked().getFirst().accept());
    assertEquals(BlobRef.manifest(DoorSetup.APP, digest), setup.blobs.opened().getFirst().ref());
  }

  @Test
  void aClientsKnownManifestIsNotSentAgain() throws IOException {
    Digest digest = Digest.sha256(MANIFEST);
    setup.origin.says(() -> new ManifestDescriptor(digest, INDEX, MANIFEST.length));
    try (RawClient client = setup.client()) {
      String known = "If-None-Match: \"" + digest + "\"";
      assertEquals(304, client.ask("GET", "/v2/team/app/manifests/v1", known).head().status());
    }
    assertEquals(List.of(), setup.blobs.opened());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<html>please log in</html>",
        "[]",
        "\"{}\"",
        "{\"schemaVersion\": 2",
        "{\"schemaVersion\": 2}{}",
        "{schemaVersion: 2}"
      })
  void whatIsNoJsonObjectIsNoManifest(String text) throws IOException {
    byte[] page = text.getBytes(StandardCharsets.UTF_8);
    setup.blobs.put(task(page), page, INDEX);
    setup.blobs.put(task(MANIFEST), MANIFEST, INDEX);
    try (RawClient client = setup.client()) {
      RawClient.Head refused = client.ask("GET", manifestPath(page)).head();
      assertEquals(503, refused.status());
      assertTrue(client.text(refused).contains("MANIFEST_INVALID"));
      RawClient.Head served = client.ask("GET", manifestPath(MANIFEST)).head();
      assertEquals(200, served.status());
      assertArrayEquals(MANIFEST, client.body(served.length()));
    }
  }

  @Test
  void nothingOfAManifestLeavesBeforeAllOfItIsHere() throws IOException {
    FakeContent arriving = setup.blobs.arriving(task(MANIFEST), MANIFEST, INDEX);
    try (RawClient client = setup.client()) {
      RawClient asked = client.ask("GET", manifestPath(MANIFEST), "Range: bytes=0-1");
      Eventually.until("asked", () -> !setup.blobs.wanted().isEmpty());
      assertEquals(List.of(ByteRange.whole(MANIFEST.length)), setup.blobs.wanted());
      arriving.arrive(MANIFEST.length);
      RawClient.Head head = asked.head();
      assertEquals(206, head.status());
      assertArrayEquals(Arrays.copyOf(MANIFEST, 2), client.body(head.length()));
    }
  }

  @Test
  void whatTheOriginSaysOfATagIsHandedOn() throws IOException {
    try (RawClient client = setup.client()) {
      RawClient.Head unknown = client.ask("GET", "/v2/team/app/manifests/v1").head();
      assertEquals(404, unknown.status());
      assertTrue(client.text(unknown).contains("MANIFEST_UNKNOWN"));
      setup.origin.says(() -> {
        throw new OriginException.Denied("log in", 401, List.of("Bearer realm=\"r\""));
      });
      RawClient.Head denied = client.ask("GET", "/v2/team/app/manifests/v2").head();
      assertEquals(401, denied.status());
      assertEquals("Bearer realm=\"r\"", denied.header("www-authenticate"));
      assertTrue(client.text(denied).contains("UNAUTHORIZED"));
    }
  }

  @Test
  void aFailureBeforeTheFirstByteIsAnAnswer() throws IOException {
    setup.blobs.fail(task(SMALL), new TaskException.NotAllowed("use --allow x.example", null));
    setup.blobs.fail(task(LARGE), new TaskException.Unavailable("nobody has it", null));
    try (RawClient client = setup.client()) {
      RawClient.Head denied = client.ask("GET", blobPath(SMALL)).head();
      assertEquals(403, denied.status());
      assertEquals(
          "{\"errors\":[{\"code\":\"DENIED\",\"message\":\"use --allow x.example\"}]}",
          client.text(denied));
      RawClient.Head down = client.ask("GET", blobPath(LARGE)).head();
      assertEquals(503, down.status());
      assertEquals("5", down.header("retry-after"));
      client.body(down.length());
      assertEquals(404, client.ask("HEAD", blobPath(random(3))).head().status());
      assertEquals(404, client.ask("GET", manifestPath(random(3))).head().status());
    }
    assertEquals(1, setup.door.counts().failures());
  }

  @Test
  void aFileIsNamedByItsUrl() throws IOException {
    URI url = URI.create("https://files.example/x?sig=1");
    BlobRef ref = BlobRef.file(url);
    setup.blobs.put(ref.task(), SMALL, "text/plain");
    setup.blobs.put(task(LARGE), LARGE, LAYER);
    String encoded = "/files?url=https%3A%2F%2Ffiles.example%2Fx%3Fsig%3D1";
    try (RawClient client = setup.client()) {
      RawClient.Head head = client.ask("GET", encoded).head();
      assertEquals(200, head.status());
      assertEquals("text/plain", head.header("content-type"));
      assertNull(head.header("etag"));
      assertArrayEquals(SMALL, client.body(head.length()));
      String digest = "&digest=" + Digest.sha256(LARGE);
      assertEquals(LARGE.length, client.ask("HEAD", encoded + digest).head().length());
    }
    assertEquals(ref, setup.blobs.opened().getFirst().ref());
    assertEquals(TaskId.of(Digest.sha256(LARGE)), setup.blobs.opened().getLast().ref().task());
  }

  @Test
  void aConnectionIsKeptAndPipelinedRequestsAreAnsweredInTurn() throws IOException {
    setup.blobs.put(task(SMALL), SMALL, LAYER);
    setup.blobs.put(task(LARGE), LARGE, LAYER);
    try (RawClient client = setup.client()) {
      for (byte[] content : List.of(LARGE, SMALL, LARGE, SMALL)) {
        client.ask("GET", blobPath(content));
      }
      for (byte[] content : List.of(LARGE, SMALL, LARGE, SMALL)) {
        RawClient.Head head = client.head();
        assertArrayEquals(content, client.body(head.length()));
      }
      RawClient.Head last = client.ask("GET", blobPath(SMALL), "Connection: close").head();
      assertEquals("close", last.header("connection"));
      assertArrayEquals(SMALL, client.rest());
    }
  }

  @Test
  void anOldClientIsAnsweredOnce() throws IOException {
    setup.blobs.put(task(SMALL), SMALL, LAYER);
    try (RawClient client = setup.client()) {
      RawClient.Head head = client.say("GET " + blobPath(SMALL) + " HTTP/1.0\r\n\r\n").head();
      assertEquals(200, head.status());
      assertArrayEquals(SMALL, client.rest());
    }
  }

  @Test
  void aThousandReadersLeaveNothingBehind() throws Exception {
    setup.close();
    setup = new DoorSetup(folder, DoorSetup.with(DoorSetup.patient(), 1100), epoll);
    setup.blobs.put(task(LARGE), LARGE, LAYER);
    setup.blobs.put(task(SMALL), SMALL, LAYER);
    RawClient[] clients = new RawClient[1000];
    for (int i = 0; i < clients.length; i++) {
      clients[i] = setup.client();
      clients[i].ask("GET", blobPath(i % 10 == 0 ? LARGE : SMALL));
    }
    for (int i = 0; i < clients.length; i++) {
      RawClient.Head head = clients[i].head();
      assertEquals(200, head.status());
      if (i % 10 != 0) {
        assertArrayEquals(SMALL, clients[i].body(head.length()));
      }
      clients[i].close();
    }
    assertEquals(1000, setup.blobs.opened().size());
    setup.nothingLeaks();
  }

  @Test
  void cannotListenTwice() {
    HostAddress taken = setup.door.address();
    RegistrySettings same = RegistrySettings.of(taken, Optional.empty());
    var refused =
        assertThrows(
            IOException.class,
            () ->
                RegistryDoor.start(same, setup.blobs, setup.origin, InstantSource.system(), epoll)
                    .close());
    assertTrue(refused.getMessage().contains("cannot listen on " + taken), refused.getMessage());
  }
}
