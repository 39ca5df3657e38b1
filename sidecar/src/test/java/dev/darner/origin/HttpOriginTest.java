package dev.darner.origin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.BlobRef;
import dev.darner.model.Digest;
import dev.darner.model.Repository;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class HttpOriginTest {
  private static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";
  private static final byte[] BLOB = new byte[300_000];
  private static final Digest DIGEST;

  static {
    new Random(7).nextBytes(BLOB);
    DIGEST = Digest.sha256(BLOB);
  }

  @TempDir Path folder;
  private ScriptedServer server;

  @BeforeEach
  void start() throws IOException {
    server = ScriptedServer.plain();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  static HttpOrigin origin(String... allowed) {
    return new HttpOrigin(settings(Duration.ofSeconds(20), allowed));
  }

  static OriginSettings settings(Duration wait, String... allowed) {
    OriginSettings usual =
        OriginSettings.of(AllowList.parse(List.of(allowed)), NodeCredentials.none());
    return new OriginSettings(
        usual.allow(), usual.credentials(), Duration.ofSeconds(5), wait, wait, usual.tls());
  }

  private Repository repository() {
    return new Repository(server.host(), "team/app");
  }

  private BlobRef blob() {
    return BlobRef.blob(repository(), DIGEST);
  }

  private String blobPath() {
    return "/v2/team/app/blobs/" + DIGEST;
  }

  static byte[] readAll(OriginBody body) throws OriginException, InterruptedException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    ByteBuffer some = ByteBuffer.allocate(10_000);
    while (body.read(some) >= 0) {
      all.write(some.array(), 0, some.position());
      some.clear();
    }
    return all.toByteArray();
  }

  static OriginSettings trusting(SSLContext tls, String... allowed) {
    OriginSettings s = settings(Duration.ofSeconds(20), allowed);
    return new OriginSettings(
        s.allow(), s.credentials(), s.dial(), s.response(), s.stall(), () -> tls);
  }

  @Test
  void readsABlobWhole() throws Exception {
    server.on(blobPath(), ScriptedServer.body("application/x-layer; v=1", BLOB));
    try (HttpOrigin origin = origin(server.allowItem());
        OriginBody body = origin.open(blob(), 0, Credential.NONE)) {
      assertEquals(BLOB.length, body.size());
      assertEquals("application/x-layer; v=1", body.mediaType());
      assertEquals(0, body.offset());
      assertArrayEquals(BLOB, readAll(body));
      assertEquals(-1, body.read(ByteBuffer.allocate(1)));
    }
    assertEquals(null, server.seen().getFirst().header("Range"));
  }

  @Test
  void readsOverTls() throws Exception {
    var tls = TestTls.make(folder);
    try (ScriptedServer secure = ScriptedServer.secure(tls)) {
      secure.on(blobPath(), ScriptedServer.body("a/b", BLOB));
      OriginSettings plain = settings(Duration.ofSeconds(20), secure.allowItem());
      BlobRef ref = BlobRef.blob(new Repository(secure.host(), "team/app"), DIGEST);
      try (HttpOrigin origin = new HttpOrigin(trusting(tls, secure.allowItem()));
          OriginBody body = origin.open(ref, 0, Credential.NONE)) {
        assertArrayEquals(BLOB, readAll(body));
      }
      try (HttpOrigin origin = new HttpOrigin(plain)) {
        assertThrows(OriginException.Unavailable.class, () -> origin.open(ref, 0, Credential.NONE));
      }
    }
  }

  @Test
  void readsTheRestFromAnOffset() throws Exception {
    byte[] rest = Arrays.copyOfRange(BLOB, 1000, BLOB.length);
    String range = "bytes 1000-" + (BLOB.length - 1) + "/" + BLOB.length;
    server.on(
        blobPath(),
        exchange -> {
          exchange.getResponseHeaders().add("Content-Range", range);
          exchange.sendResponseHeaders(206, rest.length);
          exchange.getResponseBody().write(rest);
        });
    try (HttpOrigin origin = origin(server.allowItem());
        OriginBody body = origin.open(blob(), 1000, Credential.NONE)) {
      assertEquals(1000, body.offset());
      assertEquals(BLOB.length, body.size());
      assertEquals("application/octet-stream", body.mediaType());
      assertArrayEquals(rest, readAll(body));
    }
    assertEquals("bytes=1000-", server.seen().getFirst().header("Range"));
  }

  @Test
  void anOriginWithoutRangesStartsAtZero() throws Exception {
    server.on(blobPath(), ScriptedServer.body("a/b", BLOB));
    try (HttpOrigin origin = origin(server.allowItem());
        OriginBody body = origin.open(blob(), 1000, Credential.NONE)) {
      assertEquals(0, body.offset());
      assertArrayEquals(BLOB, readAll(body));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bytes 0-299999/300000",
        "bytes 1000-299999/*",
        "bytes 1000-300000/300000",
        "bytes 1000-900/300000",
        "items 1000-299999/300000",
        ""
      })
  void anotherRangeThanTheOneAskedForIsNonsense(String range) throws Exception {
    server.on(
        blobPath(),
        exchange -> {
          exchange.getResponseHeaders().add("Content-Range", range);
          exchange.sendResponseHeaders(206, -1);
        });
    try (HttpOrigin origin = origin(server.allowItem())) {
      assertThrows(
          OriginException.Unavailable.class, () -> origin.open(blob(), 1000, Credential.NONE));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "404, NotFound",
    "410, NotFound",
    "401, Denied",
    "403, Denied",
    "429, Unavailable",
    "500, Unavailable",
    "503, Unavailable",
    "204, Unavailable",
    "206, Unavailable",
    "416, Unavailable",
    "304, Unavailable"
  })
  void eachStatusHasItsMeaning(int status, String meaning) throws Exception {
    server.on(
        blobPath(), ScriptedServer.status(status, "WWW-Authenticate", "Basic realm=\"here\""));
    try (HttpOrigin origin = origin(server.allowItem())) {
      var failure =
          assertThrows(OriginException.class, () -> origin.open(blob(), 0, Credential.NONE));
      assertEquals(meaning, failure.getClass().getSimpleName());
      assertTrue(failure.getMessage().contains(" " + status + " "), failure.getMessage());
      if (failure instanceof OriginException.Denied denied) {
        assertEquals(status, denied.status());
        assertEquals(List.of("Basic realm=\"here\""), denied.challenges());
      }
    }
  }

  @Test
  void aManifestMayHaveNoLengthABlobMayNot() throws Exception {
    byte[] manifest = "{\"schemaVersion\":2}".getBytes(UTF_8);
    Digest digest = Digest.sha256(manifest);
    server.on("/v2/team/app/manifests/" + digest, ScriptedServer.chunked(OCI_INDEX, manifest));
    server.on(blobPath(), ScriptedServer.chunked("a/b", BLOB));
    try (HttpOrigin origin = origin(server.allowItem());
        OriginBody body = origin.open(BlobRef.manifest(repository(), digest), 0, Credential.NONE)) {
      assertEquals(manifest.length, body.size());
      assertEquals(OCI_INDEX, body.mediaType());
      assertArrayEquals(manifest, readAll(body));
      assertTrue(server.seen().getFirst().headers().get("Accept").contains(OCI_INDEX));
      var failure =
          assertThrows(
              OriginException.Unavailable.class, () -> origin.open(blob(), 0, Credential.NONE));
      assertTrue(failure.getMessage().contains("how long"), failure.getMessage());
    }
  }

  @Test
  void anEndlessManifestIsRefused() throws Exception {
    String path = "/v2/team/app/manifests/" + DIGEST;
    server.on(path, ScriptedServer.chunked(OCI_INDEX, new byte[(8 << 20) + 1]));
    try (HttpOrigin origin = origin(server.allowItem())) {
      BlobRef ref = BlobRef.manifest(repository(), DIGEST);
      assertThrows(OriginException.Unavailable.class, () -> origin.open(ref, 0, Credential.NONE));
    }
  }

  @Test
  void readsAFileByItsUrl() throws Exception {
    server.on("/a%20b", ScriptedServer.body("text/plain", BLOB));
    try (HttpOrigin origin = origin(server.allowItem());
        OriginBody body =
            origin.open(BlobRef.file(URI.create(server.url("/a%20b?sig=1"))), 0, Credential.NONE)) {
      assertArrayEquals(BLOB, readAll(body));
    }
    assertEquals("/a%20b?sig=1", server.seen().getFirst().target());
    try (HttpOrigin origin = origin("files.example")) {
      BlobRef ref = BlobRef.file(URI.create(server.url("/a")));
      var refused =
          assertThrows(
              OriginException.NotAllowed.class, () -> origin.open(ref, 0, Credential.NONE));
      assertTrue(refused.getMessage().endsWith("--allow " + server.allowItem()));
    }
  }

  @Test
  void resolvesATagByHead() throws Exception {
    server.on(
        "/v2/team/app/manifests/v1",
        ScriptedServer.body(OCI_INDEX, BLOB, "Docker-Content-Digest", DIGEST.toString()));
    AcceptedTypes accept = new AcceptedTypes(List.of("a/b, c/d", "e/f"));
    try (HttpOrigin origin = origin(server.allowItem())) {
      assertEquals(
          new ManifestDescriptor(DIGEST, OCI_INDEX, BLOB.length),
          origin.resolve(repository(), "v1", accept, Credential.NONE));
    }
    assertEquals(1, server.seen().size());
    assertEquals("HEAD", server.seen().getFirst().method());
    assertEquals(accept.lines(), server.seen().getFirst().headers().get("Accept"));
  }

  @Test
  void computesTheDigestThatAnOriginDoesNotSay() throws Exception {
    server.on("/v2/team/app/manifests/v1", ScriptedServer.body(OCI_INDEX, BLOB));
    server.on("/v2/team/app/manifests/" + DIGEST, ScriptedServer.chunked(OCI_INDEX, BLOB));
    try (HttpOrigin origin = origin(server.allowItem())) {
      for (String reference : List.of("v1", DIGEST.toString())) {
        assertEquals(
            new ManifestDescriptor(DIGEST, OCI_INDEX, BLOB.length),
            origin.resolve(repository(), reference, new AcceptedTypes(List.of()), Credential.NONE));
      }
    }
    assertEquals(
        List.of("HEAD", "GET", "HEAD", "GET"),
        server.seen().stream().map(ScriptedServer.Seen::method).toList());
  }

  @Test
  void aDigestThatCannotBeIsNonsense() throws Exception {
    server.on(
        "/v2/team/app/manifests/v1",
        ScriptedServer.body(OCI_INDEX, BLOB, "Docker-Content-Digest", "sha256:short"));
    Digest other = Digest.sha256(new byte[1]);
    server.on(
        "/v2/team/app/manifests/" + other,
        ScriptedServer.body(OCI_INDEX, BLOB, "Docker-Content-Digest", DIGEST.toString()));
    AcceptedTypes accept = new AcceptedTypes(List.of());
    try (HttpOrigin origin = origin(server.allowItem())) {
      for (String reference : List.of("v1", other.toString())) {
        assertThrows(
            OriginException.Unavailable.class,
            () -> origin.resolve(repository(), reference, accept, Credential.NONE));
      }
      assertThrows(
          IllegalArgumentException.class,
          () -> origin.resolve(repository(), "../x", accept, Credential.NONE));
    }
  }
}
