package dev.darner.origin;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.BlobRef;
import dev.darner.model.Digest;
import dev.darner.model.Repository;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class HttpOriginRedirectTest {
  private static final byte[] BLOB = {1, 2, 3, 4};
  private static final Digest DIGEST = Digest.sha256(BLOB);
  private static final String PATH = "/v2/team/app/blobs/" + DIGEST;

  @TempDir Path folder;
  private ScriptedServer registry;
  private ScriptedServer storage;

  @BeforeEach
  void start() throws IOException {
    registry = ScriptedServer.plain();
    storage = ScriptedServer.plain();
  }

  @AfterEach
  void stop() {
    registry.close();
    storage.close();
  }

  private BlobRef ref(ScriptedServer at) {
    return BlobRef.blob(new Repository(at.host(), "team/app"), DIGEST);
  }

  private static Credential given(String authorization) {
    return new Credential(Optional.of(authorization));
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void anotherHostNeverSeesTheAuthorization(int status) throws Exception {
    storage.on("/bucket/x", ScriptedServer.body("a/b", BLOB));
    registry.on(PATH, ScriptedServer.status(status, "Location", storage.url("/bucket/x?sig=1")));
    try (HttpOrigin origin = HttpOriginTest.origin(registry.allowItem());
        OriginBody body = origin.open(ref(registry), 0, given("Bearer abc"))) {
      assertArrayEquals(BLOB, HttpOriginTest.readAll(body));
    }
    assertEquals("Bearer abc", registry.seen().getFirst().header("Authorization"));
    assertNull(storage.seen().getFirst().header("Authorization"));
    assertEquals("/bucket/x?sig=1", storage.seen().getFirst().target());
  }

  @Test
  void theSameHostSeesItAgainAndTheRangeIsKept() throws Exception {
    registry.on(PATH, ScriptedServer.status(307, "Location", "/elsewhere"));
    registry.on("/elsewhere", ScriptedServer.body("a/b", BLOB));
    try (HttpOrigin origin = HttpOriginTest.origin(registry.allowItem());
        OriginBody body = origin.open(ref(registry), 2, given("Bearer abc"))) {
      assertEquals(0, body.offset());
    }
    assertEquals("Bearer abc", registry.seen().getLast().header("Authorization"));
    assertEquals("bytes=2-", registry.seen().getLast().header("Range"));
  }

  @Test
  void aRefusalByAnotherHostIsNotTheRegistrysOwn() throws Exception {
    storage.on("/x", ScriptedServer.status(403));
    registry.on(PATH, ScriptedServer.status(307, "Location", storage.url("/x")));
    try (HttpOrigin origin = HttpOriginTest.origin(registry.allowItem())) {
      assertThrows(
          OriginException.Unavailable.class, () -> origin.open(ref(registry), 0, Credential.NONE));
    }
  }

  @Test
  void circlesEnd() throws Exception {
    registry.on(PATH, ScriptedServer.status(302, "Location", PATH));
    try (HttpOrigin origin = HttpOriginTest.origin(registry.allowItem())) {
      var failure =
          assertThrows(
              OriginException.Unavailable.class,
              () -> origin.open(ref(registry), 0, Credential.NONE));
      assertTrue(failure.getMessage().contains("more than 10 times"), failure.getMessage());
    }
    assertEquals(11, registry.count(PATH));
  }

  @Test
  void neverFromTlsToPlain() throws Exception {
    SSLContext tls = TestTls.make(folder);
    storage.on("/x", ScriptedServer.body("a/b", BLOB));
    try (ScriptedServer secure = ScriptedServer.secure(tls)) {
      secure.on(PATH, ScriptedServer.status(302, "Location", storage.url("/x")));
      try (HttpOrigin origin = new HttpOrigin(HttpOriginTest.trusting(tls, secure.allowItem()))) {
        assertThrows(
            OriginException.Unavailable.class, () -> origin.open(ref(secure), 0, Credential.NONE));
      }
    }
    assertEquals(0, storage.count("/x"));
  }

  @Test
  void aWildcardDoesNotReachThisMachine() {
    try (HttpOrigin origin = HttpOriginTest.origin("http://*")) {
      var refused =
          assertThrows(
              OriginException.NotAllowed.class,
              () -> origin.open(ref(registry), 0, Credential.NONE));
      assertTrue(refused.getMessage().endsWith("--allow " + registry.allowItem()));
    }
    assertEquals(0, registry.seen().size());
  }

  @Test
  void metadataAddressesAreNear() throws Exception {
    try (AddressGuard guard = new AddressGuard(Duration.ofSeconds(20))) {
      for (String near :
          new String[] {
            "127.0.0.1",
            "127.9.9.9",
            "::1",
            "0.0.0.0",
            "169.254.169.254",
            "fe80::1",
            "::ffff:127.0.0.1",
            "fd00:ec2::254",
            "100.100.100.200",
            "localhost"
          }) {
        assertTrue(guard.near(near), near);
      }
      for (String far : new String[] {"10.0.0.1", "192.168.1.1", "203.0.113.9", "2001:db8::1"}) {
        assertEquals(false, guard.near(far), far);
      }
    }
  }

  @Test
  void aFarUpstreamMayNotSendUsToThisMachine() throws Exception {
    OriginSettings settings =
        HttpOriginTest.settings(Duration.ofSeconds(20), "http://203.0.113.9", "http://*");
    Upstream far = settings.allow().registry("203.0.113.9");
    try (Courier courier = new Courier(settings)) {
      Ask lured = new Ask(Ask.GET, URI.create(storage.url("/x")), Map.of(), Optional.empty());
      assertThrows(OriginException.NotAllowed.class, () -> courier.send(lured, far));
    }
    assertEquals(0, storage.seen().size());
  }
}
