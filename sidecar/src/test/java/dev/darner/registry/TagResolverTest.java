package dev.darner.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.Digest;
import dev.darner.model.HostAddress;
import dev.darner.model.Repository;
import dev.darner.origin.AcceptedTypes;
import dev.darner.origin.Credential;
import dev.darner.origin.ManifestDescriptor;
import dev.darner.origin.OriginException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class TagResolverTest {
  private static final Repository APP = new Repository("registry.example", "app");
  private static final AcceptedTypes ACCEPT = new AcceptedTypes(List.of("a/b"));
  private static final ManifestDescriptor ONE = manifest(1);
  private static final ManifestDescriptor TWO = manifest(2);

  private final FakeOrigin origin = new FakeOrigin();
  private final ArrayDeque<Runnable> work = new ArrayDeque<>();
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final TagResolver tags =
      new TagResolver(
          origin,
          () -> now,
          work::add,
          RegistrySettings.of(new HostAddress("127.0.0.1", 0), Optional.empty()));

  private static ManifestDescriptor manifest(int content) {
    return new ManifestDescriptor(Digest.sha256(new byte[] {(byte) content}), "a/b", content);
  }

  private CompletableFuture<TagResolver.Resolved> ask() {
    return tags.resolve(APP, "v1", ACCEPT, Credential.NONE);
  }

  private TagResolver.Resolved answered() {
    CompletableFuture<TagResolver.Resolved> asking = ask();
    work();
    return asking.join();
  }

  private Throwable failed() {
    CompletableFuture<TagResolver.Resolved> asking = ask();
    work();
    return asking.exceptionNow();
  }

  private void work() {
    while (!work.isEmpty()) {
      work.remove().run();
    }
  }

  private void unreachable() {
    origin.says(() -> {
      throw new OriginException.Unavailable("down");
    });
  }

  @Test
  void anAnswerIsBelievedForAWhile() {
    origin.says(() -> ONE);
    assertEquals(new TagResolver.Resolved(ONE, false), answered());
    origin.says(() -> TWO);
    now = now.plusSeconds(9);
    assertEquals(ONE, answered().manifest());
    now = now.plusSeconds(1);
    assertEquals(TWO, answered().manifest());
    assertEquals(2, origin.asked().size());
  }

  @Test
  void manyAskersOneQuestion() {
    origin.says(() -> ONE);
    assertSame(ask(), ask());
    work();
    assertEquals(1, origin.asked().size());
  }

  @Test
  void everythingThatChangesTheAnswerIsAskedByItself() {
    origin.says(() -> ONE);
    Credential mine = new Credential(Optional.of("Bearer x"));
    var _ = tags.resolve(APP, "v1", ACCEPT, Credential.NONE);
    var _ = tags.resolve(APP, "v2", ACCEPT, Credential.NONE);
    var _ = tags.resolve(APP, "v1", new AcceptedTypes(List.of("c/d")), Credential.NONE);
    var _ = tags.resolve(APP, "v1", ACCEPT, mine);
    var _ = tags.resolve(new Repository("registry.example", "b"), "v1", ACCEPT, Credential.NONE);
    work();
    assertEquals(5, origin.asked().size());
    assertEquals(mine, origin.asked().get(3).credential());
  }

  @Test
  void whileTheOriginIsDownAnOlderAnswerIsGivenAndMarked() {
    origin.says(() -> ONE);
    assertFalse(answered().stale());
    unreachable();
    now = now.plusSeconds(60);
    assertEquals(new TagResolver.Resolved(ONE, true), answered());
    assertEquals(new TagResolver.Resolved(ONE, true), answered());
    assertEquals(2, origin.asked().size(), "a dead origin is not asked by each client");
    origin.says(() -> TWO);
    now = now.plusSeconds(11);
    assertEquals(new TagResolver.Resolved(TWO, false), answered());
  }

  @Test
  void anAnswerThatIsTooOldIsNotGiven() {
    origin.says(() -> ONE);
    answered();
    unreachable();
    for (int i = 0; i < 5; i++) {
      now = now.plusSeconds(719);
      assertTrue(i == 5 || answered().stale(), "its age counts from the origin's own word");
    }
    now = now.plusSeconds(10);
    assertInstanceOf(OriginException.Unavailable.class, failed());
  }

  @Test
  void aRefusalIsNeverPapered() {
    for (OriginException refusal :
        List.of(
            new OriginException.NotFound("gone"),
            new OriginException.Denied("no", 401, List.of()),
            new OriginException.NotAllowed("no"))) {
      origin.says(() -> ONE);
      now = now.plusSeconds(60);
      answered();
      now = now.plusSeconds(60);
      origin.says(() -> {
        throw refusal;
      });
      assertSame(refusal, failed());
      unreachable();
      assertInstanceOf(
          OriginException.Unavailable.class, failed(), "what was refused is forgotten");
    }
  }

  @Test
  void aFaultDoesNotStopTheNextQuestion() {
    origin.says(() -> {
      throw new IllegalStateException("a bug");
    });
    assertInstanceOf(IllegalStateException.class, failed());
    origin.says(() -> ONE);
    assertEquals(ONE, answered().manifest());
  }

  @Test
  void whatIsRememberedIsBounded() {
    origin.says(() -> ONE);
    for (int i = 0; i < 5000; i++) {
      var _ = tags.resolve(APP, "t" + i, ACCEPT, Credential.NONE);
      work();
    }
    var _ = tags.resolve(APP, "t4999", ACCEPT, Credential.NONE);
    assertEquals(0, work.size());
    var _ = tags.resolve(APP, "t0", ACCEPT, Credential.NONE);
    assertEquals(1, work.size());
  }
}
