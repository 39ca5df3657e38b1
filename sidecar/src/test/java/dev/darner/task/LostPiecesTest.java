package dev.darner.task;

import static dev.darner.task.FillingScript.A;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.darner.model.PieceSet;
import java.util.Set;
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

  @Test
  void whoHasTheWholeAndBreaksOffIsLeftAtOnce() {
    FillingScript script = FillingScript.withSealed(A).missed(A, 0, Fault.LOST);
    assertEquals(Set.of(A), script.shunned());
  }
}
