package dev.darner.task;

import static dev.darner.task.FillingScript.A;
import static dev.darner.task.FillingScript.B;
import static dev.darner.task.FillingScript.COUNT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.darner.model.HostAddress;
import dev.darner.model.PieceSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a {@link Filling} makes of pieces that break off. */
class LostPiecesTest {

  @Test
  void whoHasNotTheWholeYetIsTriedAgainWhenItsPiecesBreakOff() {
    FillingScript script = FillingScript.alone().placed(A).holds(A, PieceSet.full(4), false);
    script.opened(PieceSet.EMPTY);
    assertEquals(4, script.fetchesOf(A).size());
    script.pass(1500);
    IntStream.range(0, 4).forEach(piece -> script.missed(A, piece, Fault.LOST));
    assertEquals(4, script.fetchesOf(A).size());
    script.pass(250);
    assertEquals(8, script.fetchesOf(A).size());
    assertEquals(Set.of(), script.shunned());
  }

  @Test
  void whoLosesPieceAfterPieceIsLeft() {
    FillingScript script = FillingScript.alone().placed(A).holds(A, PieceSet.of(0), false);
    script.opened(PieceSet.EMPTY);
    for (int times = 0; times < 2; times++) {
      assertEquals(Set.of(), script.shunned());
      assertEquals(times + 1, script.fetchesOf(A).size());
      script.missed(A, 0, Fault.LOST).holds(A, PieceSet.of(0), false).pass(1000);
    }
    assertEquals(Set.of(A), script.shunned());
  }

  /** Whoever leaves the only one that has the whole may be the next to read the origin. */
  @Test
  void aPauseIsWaitedOutOfTheOnlyOneThatHasTheWhole() {
    assertEquals(Set.of(true), patience(FillingScript.withSealed(A), A));
    FillingScript beside = FillingScript.alone().placed(A, B).holds(A, PieceSet.full(COUNT), true);
    beside.holds(B, PieceSet.full(COUNT - 1), false).opened(PieceSet.EMPTY);
    assertEquals(Set.of(true), patience(beside, A));
    assertEquals(Set.of(false), patience(beside, B));
    FillingScript both = FillingScript.withSealed(A, B);
    assertEquals(Set.of(false), patience(both, A));
    assertEquals(Set.of(false), patience(both, B));
    FillingScript part = FillingScript.alone().placed(A).holds(A, PieceSet.full(4), false);
    assertEquals(Set.of(false), patience(part.opened(PieceSet.EMPTY), A));
  }

  private static Set<Boolean> patience(FillingScript script, HostAddress peer) {
    return script.all(Step.Fetch.class).stream()
        .filter(fetch -> fetch.peer().equals(peer))
        .map(Step.Fetch::patient)
        .collect(Collectors.toSet());
  }

  @Test
  void whoHasTheWholeAndBreaksOffIsLeftAtOnce() {
    FillingScript script = FillingScript.withSealed(A).missed(A, 0, Fault.LOST);
    assertEquals(Set.of(A), script.shunned());
  }
}
