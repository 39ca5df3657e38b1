package dev.darner.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.darner.origin.OriginException;
import dev.darner.store.StoreException;
import dev.darner.task.TaskException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

class ErrorAnswersTest {
  private static final List<String> CHALLENGES = List.of("Bearer realm=\"x\"", "Basic");

  /** A failure, and the status and code that it must become for a blob. */
  record Case(Throwable failure, int status, String code) {}

  static Stream<Case> cases() {
    return Stream.of(
        new Case(new TaskException.NotFound("m", null), 404, "BLOB_UNKNOWN"),
        new Case(new TaskException.Denied("m", null, 401, CHALLENGES), 401, "UNAUTHORIZED"),
        new Case(new TaskException.Denied("m", null, 403, CHALLENGES), 403, "DENIED"),
        new Case(new TaskException.NotAllowed("m", null), 403, "DENIED"),
        new Case(new TaskException.Corrupt("m", null), 503, "UNAVAILABLE"),
        new Case(new TaskException.Full("m", null), 503, "UNAVAILABLE"),
        new Case(new TaskException.Unavailable("m", null), 503, "UNAVAILABLE"),
        new Case(new OriginException.NotFound("m"), 404, "BLOB_UNKNOWN"),
        new Case(new OriginException.Denied("m", 401, CHALLENGES), 401, "UNAUTHORIZED"),
        new Case(new OriginException.NotAllowed("m"), 403, "DENIED"),
        new Case(new OriginException.Unavailable("m"), 503, "UNAVAILABLE"),
        new Case(new StoreException.Full("m", null), 503, "UNAVAILABLE"),
        new Case(new StoreException.Corrupt("m"), 503, "UNAVAILABLE"),
        new Case(new StoreException.Gone("m"), 503, "UNAVAILABLE"),
        new Case(new StoreException.Broken("m", null), 503, "UNAVAILABLE"),
        new Case(new InterruptedException(), 503, "UNAVAILABLE"),
        new Case(new IllegalStateException("secret detail"), 500, "UNKNOWN"),
        new Case(new StackOverflowError(), 500, "UNKNOWN"));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void eachFailureHasOneAnswer(Case it) {
    for (Throwable failure :
        List.of(it.failure(), new CompletionException(new CompletionException(it.failure())))) {
      OciError error = ErrorAnswers.of(failure, false);
      assertEquals(it.status(), error.status());
      assertEquals(it.code(), error.code());
      assertEquals(it.status() == 503, error.headers().containsKey("Retry-After"));
      assertFalse(error.message().contains("secret"));
    }
  }

  @Test
  void aManifestIsNoBlob() {
    assertEquals(
        "MANIFEST_UNKNOWN", ErrorAnswers.of(new TaskException.NotFound("m", null), true).code());
  }

  @Test
  void theOriginsChallengesAreHandedOnAsTheyCame() {
    OciError error = ErrorAnswers.of(new TaskException.Denied("m", null, 401, CHALLENGES), true);
    assertEquals(Map.of("WWW-Authenticate", CHALLENGES), error.headers());
    OciError hostile =
        ErrorAnswers.of(new TaskException.Denied("m", null, 401, List.of("a\r\nb: c")), true);
    assertEquals(Map.of(), hostile.headers());
  }

  @Property
  void anyMessageIsJson(@ForAll String message) {
    byte[] json = OciError.of(503, "X", message).json();
    assertEquals(
        message,
        JsonMapper.shared().readTree(json).path("errors").path(0).path("message").asString());
  }
}
