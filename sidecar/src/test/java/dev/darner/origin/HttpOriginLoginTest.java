package dev.darner.origin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import dev.darner.model.BlobRef;
import dev.darner.model.Digest;
import dev.darner.model.Repository;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HttpOriginLoginTest {
  private static final byte[] BLOB = {1, 2, 3, 4};
  private static final Digest DIGEST = Digest.sha256(BLOB);
  private static final String PATH = "/v2/team/app/blobs/" + DIGEST;
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final AtomicReference<Instant> now = new AtomicReference<>(START);
  private final AtomicReference<String> accepted = new AtomicReference<>("Bearer t1");
  private final AtomicInteger tokens = new AtomicInteger();
  private ScriptedServer registry;
  private ScriptedServer desk;

  @BeforeEach
  void start() throws IOException {
    registry = ScriptedServer.plain();
    desk = ScriptedServer.plain();
    registry.on(PATH, this::guarded);
    desk.on("/token", this::giveToken);
  }

  @AfterEach
  void stop() {
    registry.close();
    desk.close();
  }

  private String challenge() {
    return "Bearer realm=\""
        + desk.url("/token")
        + "\",service=\"the service\",scope=\"repository:team/app:pull\"";
  }

  private void guarded(HttpExchange exchange) throws IOException, InterruptedException {
    String given = exchange.getRequestHeaders().getFirst("Authorization");
    boolean good = accepted.get().equals(given);
    (good
            ? ScriptedServer.body("a/b", BLOB)
            : ScriptedServer.status(401, "WWW-Authenticate", challenge()))
        .answer(exchange);
  }

  private void giveToken(HttpExchange exchange) throws IOException, InterruptedException {
    String token = "t" + tokens.incrementAndGet();
    ScriptedServer.json("{\"token\": \"" + token + "\"}").answer(exchange);
  }

  private HttpOrigin origin(NodeCredentials credentials) {
    OriginSettings s = HttpOriginTest.settings(Duration.ofSeconds(20), registry.allowItem());
    return new HttpOrigin(
        new OriginSettings(s.allow(), credentials, s.dial(), s.response(), s.stall(), s.tls()),
        now::get);
  }

  private BlobRef ref() {
    return BlobRef.blob(new Repository(registry.host(), "team/app"), DIGEST);
  }

  private void pull(HttpOrigin origin) throws OriginException, InterruptedException {
    try (OriginBody body = origin.open(ref(), 0, Credential.NONE)) {
      assertArrayEquals(BLOB, HttpOriginTest.readAll(body));
    }
  }

  @Test
  void fetchesATokenAsAnybodyAndUsesItAgain() throws Exception {
    try (HttpOrigin origin = origin(NodeCredentials.none())) {
      pull(origin);
      pull(origin);
    }
    assertEquals(3, registry.count(PATH));
    assertEquals(1, desk.count("/token"));
    assertEquals(
        "/token?service=the+service&scope=repository%3Ateam%2Fapp%3Apull",
        desk.seen().getFirst().target());
    assertNull(desk.seen().getFirst().header("Authorization"));
  }

  @Test
  void fetchesATokenAsTheNode() throws Exception {
    String basic = NodeCredentials.basic("node", "pw");
    try (HttpOrigin origin = origin(new NodeCredentials(Map.of(registry.host(), basic)))) {
      pull(origin);
    }
    assertEquals(basic, desk.seen().getFirst().header("Authorization"));
    assertNull(registry.seen().getFirst().header("Authorization"));
  }

  @Test
  void aTokenThatSaysNoLifetimeIsRenewedWithinAMinute() throws Exception {
    try (HttpOrigin origin = origin(NodeCredentials.none())) {
      pull(origin);
      now.set(START.plusSeconds(44));
      pull(origin);
      assertEquals(1, desk.count("/token"));
      now.set(START.plusSeconds(46));
      accepted.set("Bearer t2");
      pull(origin);
    }
    assertEquals(2, desk.count("/token"));
    assertEquals(4, registry.count(PATH));
  }

  @Test
  void aTokenTakenBackIsFetchedAnew() throws Exception {
    try (HttpOrigin origin = origin(NodeCredentials.none())) {
      pull(origin);
      accepted.set("Bearer t2");
      pull(origin);
    }
    assertEquals(2, desk.count("/token"));
  }

  @Test
  void manyAskersOneTokenRequest() throws Exception {
    CountDownLatch all = new CountDownLatch(8);
    desk.on(
        "/token",
        exchange -> {
          all.await();
          giveToken(exchange);
        });
    registry.on(
        PATH,
        exchange -> {
          guarded(exchange);
          all.countDown();
        });
    try (HttpOrigin origin = origin(NodeCredentials.none());
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> pulls = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        pulls.add(
            threads.submit(() -> {
              pull(origin);
              return null;
            }));
      }
      for (Future<?> pull : pulls) {
        pull.get();
      }
    }
    assertEquals(1, desk.count("/token"));
  }

  @Test
  void aClientsOwnCredentialIsPassedOnAndNothingElseIsTried() throws Exception {
    Map<String, String> nodes = Map.of(registry.host(), NodeCredentials.basic("node", "s3cret"));
    try (HttpOrigin origin = origin(new NodeCredentials(nodes))) {
      Credential mine = new Credential(Optional.of("Bearer mine"));
      var denied = assertThrows(OriginException.Denied.class, () -> origin.open(ref(), 0, mine));
      assertEquals(401, denied.status());
      assertEquals(List.of(challenge()), denied.challenges());
      accepted.set("Bearer mine");
      origin.open(ref(), 0, mine).close();
    }
    assertEquals(0, desk.seen().size());
  }

  @Test
  void aBearerTokenThatCameWithAnOrderIsPassedOnAsItIs() throws Exception {
    Map<String, String> nodes = Map.of(registry.host(), NodeCredentials.basic("node", "s3cret"));
    try (HttpOrigin origin = origin(new NodeCredentials(nodes))) {
      Credential given = Credential.loggingIn(Optional.of("bearer given"));
      assertThrows(OriginException.Denied.class, () -> origin.open(ref(), 0, given));
      accepted.set("bearer given");
      origin.open(ref(), 0, given).close();
    }
    assertEquals(0, desk.seen().size());
    assertTrue(Credential.loggingIn(Optional.of("basic dTpw")).login());
  }

  @Test
  void aRefusalOfTheTokenServerShowsTheRegistrysChallenge() throws Exception {
    desk.on("/token", ScriptedServer.status(401, "WWW-Authenticate", "Basic realm=\"desk\""));
    try (HttpOrigin origin = origin(NodeCredentials.none())) {
      for (int i = 0; i < 2; i++) {
        var denied =
            assertThrows(
                OriginException.Denied.class, () -> origin.open(ref(), 0, Credential.NONE));
        assertEquals(List.of(challenge()), denied.challenges());
      }
    }
  }

  @Test
  void aTokenThatDoesNotHelpIsARefusal() throws Exception {
    accepted.set("Bearer of another");
    try (HttpOrigin origin = origin(NodeCredentials.none())) {
      for (int i = 0; i < 2; i++) {
        var denied =
            assertThrows(
                OriginException.Denied.class, () -> origin.open(ref(), 0, Credential.NONE));
        assertEquals(List.of(challenge()), denied.challenges());
      }
    }
    assertEquals(4, registry.count(PATH));
  }

  @Test
  void aTokenServerThatFailsIsUnavailable() throws Exception {
    for (ScriptedServer.Script bad :
        List.of(
            ScriptedServer.status(500),
            ScriptedServer.status(429),
            ScriptedServer.json("no json"),
            ScriptedServer.json("{\"token\": \"a\\r\\nb\"}"),
            ScriptedServer.json("{}"))) {
      desk.on("/token", bad);
      try (HttpOrigin origin = origin(NodeCredentials.none())) {
        assertThrows(
            OriginException.Unavailable.class, () -> origin.open(ref(), 0, Credential.NONE));
      }
    }
  }

  @Test
  void basicIsGivenOnlyWhereTheNodeHasIt() throws Exception {
    String basic = NodeCredentials.basic("node", "pw");
    accepted.set(basic);
    registry.on(
        PATH,
        exchange -> {
          String given = exchange.getRequestHeaders().getFirst("Authorization");
          (basic.equals(given)
                  ? ScriptedServer.body("a/b", BLOB)
                  : ScriptedServer.status(401, "WWW-Authenticate", "Basic realm=\"r\""))
              .answer(exchange);
        });
    try (HttpOrigin origin = origin(new NodeCredentials(Map.of(registry.host(), basic)))) {
      pull(origin);
      pull(origin);
    }
    assertEquals(3, registry.count(PATH));
    try (HttpOrigin origin = origin(NodeCredentials.none())) {
      assertThrows(OriginException.Denied.class, () -> origin.open(ref(), 0, Credential.NONE));
    }
  }

  @Test
  void placeholderScopesAndSeveralScopesAreUnderstood() {
    TokenAsk ask =
        new TokenAsk(
            URI.create("https://a.example/t?x=1"), "", "a:b:pull c:d:pull", Optional.empty());
    assertEquals(
        "https://a.example/t?x=1&scope=a%3Ab%3Apull&scope=c%3Ad%3Apull", ask.url().toString());
  }

  @Test
  void readsBothNamesOfATokenAndItsLifetime() {
    Token named = Token.parse("{\"access_token\":\"x\",\"expires_in\":300}".getBytes(UTF_8), START);
    assertEquals(new Token("x", START.plusSeconds(225)), named);
    assertEquals("Bearer x", named.authorization());
  }
}
