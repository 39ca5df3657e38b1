package dev.darner.task;

import static dev.darner.task.FillingScript.A;
import static dev.darner.task.FillingScript.B;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.HostAddress;
import dev.darner.model.PieceSet;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;

class JuryTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private final Jury jury = new Jury(Duration.ofSeconds(2));

  private void takes(int ticket, HostAddress peer) {
    jury.follows(peer, ticket);
    jury.told(peer, ticket, false);
    jury.asks(peer, ticket);
    jury.gave(peer, ticket);
  }

  @Test
  void theWordOfOneThatGaveAndHasNotVerifiedIsWaitedFor() {
    takes(1, A);
    assertFalse(jury.isReady(NOW));
    jury.admits(A);
    assertTrue(jury.isReady(NOW));
    assertTrue(jury.mayBeHonest(A));
    assertEquals(Set.of(A), jury.givers());
  }

  @Test
  void butNotForEver() {
    takes(1, A);
    assertFalse(jury.isReady(NOW));
    assertFalse(jury.isReady(NOW.plusMillis(1_999)));
    assertTrue(jury.isReady(NOW.plusMillis(2_000)));
    assertFalse(jury.mayBeHonest(A));
  }

  @Test
  void oneThatSaysItHasVerifiedOrIsNotFollowedAnyMoreOwesNone() {
    takes(1, A);
    takes(2, B);
    jury.told(A, 1, true);
    assertFalse(jury.isReady(NOW));
    jury.leaves(2);
    assertTrue(jury.isReady(NOW));
  }

  @Test
  void whoGavePiecesThatHaveNotTheSumsIsToBlame() {
    takes(1, A);
    takes(2, B);
    assertEquals(Set.of(B), jury.liars(PieceSet.of(2), Set.of(A), false));
  }

  @Test
  void whoVouchesForSumsThatTheWrongWholeHasIsToBlame() {
    takes(1, A);
    takes(2, B);
    assertEquals(Set.of(A), jury.liars(PieceSet.EMPTY, Set.of(A), false));
  }

  @Test
  void theOriginIsBelievedAndWhatAnEarlierRunLeftIsNot() {
    takes(1, A);
    assertEquals(Set.of(A), jury.liars(PieceSet.of(7), Set.of(A), false));
    assertEquals(Set.of(), jury.liars(PieceSet.of(7), Set.of(A), true));
  }

  @Test
  void oneThatGaveNothingOwesNone() {
    jury.follows(A, 1);
    assertTrue(jury.isReady(NOW));
  }

  @Test
  void oneThatVerifiedWhatItGaveIsNotHonest() {
    takes(1, A);
    jury.told(A, 1, true);
    assertFalse(jury.mayBeHonest(A));
  }

  @Test
  void oneThatVerifiedAfterItWasAskedAnewMayHaveBegunAnewInBetween() {
    takes(1, A);
    jury.told(A, 2, true);
    assertTrue(jury.isReady(NOW));
    assertTrue(jury.mayBeHonest(A));
  }
}
