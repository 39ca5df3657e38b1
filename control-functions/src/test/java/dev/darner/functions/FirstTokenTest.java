package dev.darner.functions;

import static dev.darner.functions.Asker.refusal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.access.AccessMode;
import dev.darner.access.AccessSettings;
import dev.darner.schema.MemoryStateStore;
import dev.darner.settings.SettingsException;
import dev.darner.state.FakeClock;
import dev.darner.state.FlakyStore;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How the first admin comes to a token, and how often anybody may ask. */
class FirstTokenTest {
  private static final String GIVEN = "0123456789abcdef0123456789abcdef";
  private static final String OTHER = "fedcba9876543210fedcba9876543210";

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final FlakyStore store =
      new FlakyStore(new MemoryStateStore(InstantSource.system(), threads));
  private final BlockingQueue<String> notices = new LinkedBlockingQueue<>();

  private final FakeClock clock = new FakeClock();

  @TempDir Path folder;

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  @Test
  void isTheOneInTheFile() throws Exception {
    try (Replica one = replica(given("  " + GIVEN + "\n"));
        Replica other = replica(given(GIVEN))) {
      for (Replica replica : List.of(one, other)) {
        Asker admin = new Asker(replica, GIVEN);
        Eventually.holds("it is known", () -> admin.get("/api/v1/whoami").statusCode() == 200);
        assertEquals("bootstrap", admin.json("/api/v1/whoami").path("token").asString());
        refusal(401, new Asker(replica, OTHER).get("/api/v1/whoami"));
      }
      assertEquals(List.of(), List.copyOf(notices));
    }
  }

  @Test
  void anotherInTheFileReplacesIt() throws Exception {
    try (Replica old = replica(given(GIVEN))) {
      Asker before = new Asker(old, GIVEN);
      Eventually.holds("it is known", () -> before.get("/api/v1/whoami").statusCode() == 200);
      clock.pass(Duration.ofMinutes(1));
      try (Replica replica = replica(given(OTHER))) {
        Asker admin = new Asker(replica, OTHER);
        Eventually.holds("it is known", () -> admin.get("/api/v1/whoami").statusCode() == 200);
        refusal(401, before.at(replica).get("/api/v1/whoami"));
        Eventually.holds("everywhere", () -> before.get("/api/v1/whoami").statusCode() == 401);
        assertEquals(
            "token.replace",
            admin.json("/api/v1/audit").path("entries").path(0).path("action").asString());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "short", "a a a a a a a a a a a a a a a a a a a", "darner_x"})
  void aFileWithoutATokenStopsTheStart(String content) throws Exception {
    AccessSettings settings = given(content);
    SettingsException refusal =
        assertThrows(SettingsException.class, () -> replica(settings).close());
    assertTrue(refusal.getMessage().contains("--admin-token-file"), refusal.getMessage());
    assertTrue(refusal.getMessage().contains("at least 32"), refusal.getMessage());
  }

  @Test
  void aFileThatIsNotThereStopsTheStart() {
    AccessSettings settings =
        new AccessSettings(AccessMode.TOKENS, Optional.of(folder.resolve("none")), 1, 1);
    assertThrows(SettingsException.class, () -> replica(settings).close());
  }

  @Test
  void isMadeOnceAndNotAgainByWhoStartsLater() throws Exception {
    String first;
    try (Replica replica = replica(AccessTest.TOKENS)) {
      first = AccessTest.firstToken(notices.poll(1, TimeUnit.MINUTES));
      assertEquals(200, new Asker(replica, first).get("/api/v1/whoami").statusCode());
    }
    try (Replica later = replica(AccessTest.TOKENS)) {
      Asker admin = new Asker(later, first);
      // Made after whatever the start may make.
      Eventually.holds("it still holds", () -> admin.get("/api/v1/audit").statusCode() == 200);
      admin.made("{\"name\":\"n\",\"role\":\"viewer\"}");
      assertEquals(List.of(), List.copyOf(notices));
    }
  }

  @Test
  void isToldThoughTheAnswerOfTheStoreWasLost() throws Exception {
    AtomicBoolean lost = new AtomicBoolean();
    store.afterWrite(() -> !lost.getAndSet(true));
    try (Replica replica = replica(AccessTest.TOKENS)) {
      String token = AccessTest.firstToken(notices.poll(1, TimeUnit.MINUTES));
      assertTrue(lost.get());
      assertEquals(200, new Asker(replica, token).get("/api/v1/whoami").statusCode());
    }
  }

  @Test
  void whoAsksTooOftenIsToldToWait() throws Exception {
    try (Replica replica =
        replica(new AccessSettings(AccessMode.TOKENS, Optional.empty(), 3, 1000))) {
      Asker admin = new Asker(replica, AccessTest.firstToken(notices.poll(1, TimeUnit.MINUTES)));
      Eventually.holds("the limit is there", () -> isTooOften(admin.get("/api/v1/whoami")));
      assertEquals(200, replica.get("/healthz").statusCode());
      clock.pass(Duration.ofSeconds(1));
      assertEquals(200, admin.get("/api/v1/whoami").statusCode());
    }
  }

  @Test
  void whoGuessesIsStoppedAndHisNeighbourIsNot() throws Exception {
    try (Replica replica =
        replica(new AccessSettings(AccessMode.TOKENS, Optional.empty(), 1000, 2))) {
      Asker admin = new Asker(replica, AccessTest.firstToken(notices.poll(1, TimeUnit.MINUTES)));
      Asker guesser = new Asker(replica, admin.token() + "A");
      Asker other = new Asker(replica, admin.token().replace("bootstrap", "0123456789ab"));
      Eventually.holds("he is stopped", () -> isTooOften(guesser.get("/api/v1/whoami")));
      assertTrue(isTooOften(other.get("/api/v1/whoami")));
      assertEquals(200, admin.get("/api/v1/whoami").statusCode());
      clock.pass(Duration.ofMinutes(1));
      refusal(401, other.get("/api/v1/whoami"));
    }
  }

  private static boolean isTooOften(HttpResponse<String> answer) {
    if (answer.statusCode() != 429) {
      return false;
    }
    refusal(429, answer);
    String seconds = answer.headers().firstValue("Retry-After").orElse("");
    return seconds.matches("[1-9][0-9]?");
  }

  private AccessSettings given(String text) throws Exception {
    Path file = Files.createTempFile(folder, "token", "");
    return new AccessSettings(
        AccessMode.TOKENS, Optional.of(Files.writeString(file, text)), 1000, 1000);
  }

  private Replica replica(AccessSettings settings) throws Exception {
    return Replica.guarded(store, settings, clock, notices::add).ready();
  }
}
