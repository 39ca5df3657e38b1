package dev.darner.task;

import static dev.darner.task.FillingScript.A;
import static dev.darner.task.FillingScript.B;
import static dev.darner.task.FillingScript.C;
import static dev.darner.task.FillingScript.COUNT;
import static dev.darner.task.FillingScript.LAYOUT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.controlplane.Neighbourhood;
import dev.darner.model.HostAddress;
import dev.darner.model.PieceLayout;
import dev.darner.model.PieceSet;
import dev.darner.model.PieceSums;
import dev.darner.peer.PeerHolding;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a {@link Filling} does with a word that may be wrong, and with a source that dries up. */
class DoubtsTest {
  private static final PieceSet ALL = PieceSet.full(COUNT);

  private static List<Step.Renew> renewed(FillingScript script) {
    return script.all(Step.Renew.class);
  }

  private static FillingScript taking(HostAddress... parents) {
    FillingScript script = FillingScript.alone().placed(parents);
    script.holds(parents[0], PieceSet.of(0, 1, 2), false);
    return script.opened(PieceSet.EMPTY);
  }

  @Test
  void whenOneThatGaveSomeBeginsAnewSoDoesThisHostAndItMayBeAskedAgain() {
    FillingScript script = taking(A);
    script.fetched(A, script.fetchesOf(A).getFirst()).ends(A, Fault.SPOILT);
    assertTrue(script.done());
    assertEquals(Set.of(), renewed(script).getFirst().liars());
    assertEquals(Optional.of(A), renewed(script).getFirst().doubted());
    assertFalse(renewed(script).getFirst().originOnly());
  }

  @Test
  void aPieceThatIsOnItsWayMayHaveLandedAlready() {
    FillingScript script = taking(A);
    assertFalse(script.fetchesOf(A).isEmpty());
    assertEquals(1, renewed(script.ends(A, Fault.SPOILT)).size());
  }

  @Test
  void oneThatGaveNothingAndBeginsAnewMayBeAskedAgainOnce() {
    FillingScript script = FillingScript.alone().placed(B, A).holds(B, PieceSet.EMPTY, false);
    script.holds(A, PieceSet.EMPTY, false).opened(PieceSet.EMPTY);
    script.ends(A, Fault.SPOILT).ends(B, Fault.LOST);
    assertEquals(List.of(), renewed(script));
    assertFalse(script.shunned().contains(A));
    script.placed(A).expectAsked("b", "a", "a");
    script.ends(A, Fault.SPOILT);
    assertTrue(script.shunned().contains(A));
  }

  @Test
  void oneThatSaysAnotherSizeThanItDidHasBegunAnewWhateverItGave() {
    FillingScript script = FillingScript.alone().placed(A).holds(A, PieceSet.EMPTY, false);
    script.opened(PieceSet.EMPTY).ends(A, Fault.SPOILT);
    assertEquals(Optional.of(A), renewed(script).getFirst().doubted());
    script = FillingScript.alone().placed(A).holds(A, PieceSet.EMPTY, false);
    script.opened(PieceSet.EMPTY).holds(A, ofAnotherSize());
    assertEquals(Optional.of(A), renewed(script).getFirst().doubted());
  }

  @Test
  void oneThatIsAskedAnewAndHasNotWhatItGaveHasBegunAnew() {
    FillingScript script =
        FillingScript.of(Asker.RUNTIME, new Neighbourhood(List.of(), List.of(A)))
            .noFunctionAnswers()
            .holds(A, PieceSet.of(3, 4), false)
            .opened(PieceSet.EMPTY);
    script.expectAsked("a", "a fill").fetched(A, 3).holds(A, PieceSet.of(4), false);
    assertEquals(Optional.of(A), renewed(script).getFirst().doubted());
  }

  @Test
  void oneThatLacksAPieceIsWaitedForOnceSinceItMaySayThatItBeginsAnew() {
    FillingScript script = taking(A);
    script.missed(A, script.fetchesOf(A).getFirst(), Fault.NOT_HOLDING);
    assertEquals(List.of(), script.all(Step.Leave.class));
    assertEquals(1, renewed(script.ends(A, Fault.SPOILT)).size());
    FillingScript again = taking(A);
    again.missed(A, again.fetchesOf(A).getFirst(), Fault.NOT_HOLDING).pass(250);
    again.missed(A, again.fetchesOf(A).getLast(), Fault.NOT_HOLDING);
    assertTrue(again.shunned().contains(A));
  }

  @Test
  void oneThatHasVerifiedTheWholeAndLacksAPieceIsLeftAtOnce() {
    FillingScript script = FillingScript.withSealed(A, B);
    script.missed(A, script.fetchesOf(A).getFirst(), Fault.NOT_HOLDING);
    assertTrue(script.shunned().contains(A));
    assertEquals(List.of(), renewed(script));
  }

  private static PeerHolding ofAnotherSize() {
    PieceLayout longer = PieceLayout.of(LAYOUT.size() + 1);
    PieceSet all = PieceSet.full(longer.count());
    return new PeerHolding(longer, "t", all, false, longer.size(), Optional.empty());
  }

  private static void lose(FillingScript script, HostAddress peer) {
    List<Integer> pieces = script.fetchesOf(peer);
    script.ends(peer, Fault.LOST);
    pieces.forEach(piece -> script.missed(peer, piece, Fault.STOPPED));
  }

  @Test
  void whoSaysAnotherSizeThanAPeerIsLeftWithoutBlameAndHasItsTurnWhenThatOneIsLost() {
    FillingScript script = taking(A, B).holds(B, ofAnotherSize());
    assertEquals(1, script.all(Step.Leave.class).size());
    assertFalse(script.shunned().contains(B));
    assertEquals(List.of(), renewed(script));
    lose(script, A);
    assertEquals(Set.of(A), renewed(script).getFirst().liars());
    assertFalse(renewed(script).getFirst().originOnly());
  }

  @Test
  void asLongAsOneGivesWhoAgreesNothingIsThrownAway() {
    FillingScript script = taking(A, B, C).holds(B, ofAnotherSize()).holds(C, ALL, true);
    lose(script, A);
    assertEquals(List.of(), renewed(script));
    assertFalse(script.fetchesOf(C).isEmpty());
  }

  private static PeerHolding vouching(int... wrong) {
    int[] sums = new int[COUNT];
    for (int piece : wrong) {
      sums[piece] = 1;
    }
    return new PeerHolding(LAYOUT, "t", ALL, true, LAYOUT.size(), FillingScript.TASK.digest())
        .vouching(Optional.of(PieceSums.of(sums)));
  }

  @Test
  void theFirstWhoVouchesForSumsIsBelievedAndWhoVouchesForOthersIsLeftWithoutBlame() {
    FillingScript script = FillingScript.alone().placed(A, B, C).holds(A, vouching(3));
    script.holds(B, vouching()).holds(C, vouching(3)).opened(PieceSet.EMPTY);
    assertEquals(1, script.all(Step.Leave.class).size());
    assertEquals(List.of(), script.fetchesOf(B));
    assertFalse(script.fetchesOf(C).isEmpty());
    assertEquals(Set.of(), script.shunned());
  }

  @Test
  void whenTheOneThatWasBelievedGivesNothingTheOtherHasItsTurn() {
    FillingScript script = FillingScript.alone().placed(A, B).holds(A, vouching(3));
    script.holds(B, vouching()).opened(PieceSet.EMPTY);
    lose(script, A);
    assertEquals(Set.of(A), renewed(script).getFirst().liars());
  }

  @Test
  void forSumsAloneNothingIsThrownAway() {
    FillingScript script = FillingScript.alone().placed(A, B).holds(A, vouching(3));
    script.opened(PieceSet.EMPTY).holds(B, vouching());
    script.fetched(A, script.fetchesOf(A).getLast());
    lose(script, A);
    assertEquals(List.of(), renewed(script));
  }

  @Test
  void aPieceOfAnotherSumLeavesItsSenderWithoutBlameUnlessItVouchedItself() {
    FillingScript script = FillingScript.alone().placed(A, B).holds(A, vouching());
    script.holds(B, ALL, false).opened(PieceSet.EMPTY);
    script.missed(B, script.fetchesOf(B).getFirst(), Fault.DISPUTED);
    assertFalse(script.shunned().contains(B));
    script.missed(A, script.fetchesOf(A).getFirst(), Fault.DISPUTED);
    assertTrue(script.shunned().contains(A));
  }

  @Test
  void whoSaysAnotherSizeThanTheOriginLies() {
    FillingScript script = FillingScript.alone().placed(A, B).noFunctionAnswers();
    script.ends(A, Fault.LOST).hear(new Event.Tick());
    script.pass(2_000).noFunctionAnswers().originAnswers().holds(B, ofAnotherSize());
    assertTrue(script.shunned().contains(B));
  }

  @Test
  void othersAreLookedForTwoSecondsAfterASourceHasDriedUpAndItIsLeftAfterFour() {
    FillingScript script = taking(A);
    script.fetchesOf(A).forEach(piece -> script.fetched(A, piece));
    script.fetchesOf(A).forEach(piece -> script.fetched(A, piece));
    script.fetchesOf(A).forEach(piece -> script.fetched(A, piece));
    script.pass(1_999);
    assertEquals(1, script.all(Step.Place.class).size());
    script.pass(1);
    assertEquals(2, script.all(Step.Place.class).size());
    script.placed(B).expectAsked("a", "b");
    script.pass(1_999);
    assertEquals(List.of(), script.all(Step.Leave.class));
    assertEquals(2, script.all(Step.Place.class).size(), "asked once for one drought");
  }
}
