package dev.darner.task;

import static dev.darner.task.FillingScript.A;
import static dev.darner.task.FillingScript.B;
import static dev.darner.task.FillingScript.COUNT;
import static dev.darner.task.FillingScript.LAYOUT;
import static dev.darner.task.FillingScript.MIB;
import static dev.darner.task.FillingScript.withSealed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.controlplane.Neighbourhood;
import dev.darner.model.ByteRange;
import dev.darner.model.Digest;
import dev.darner.model.HostAddress;
import dev.darner.model.HostId;
import dev.darner.model.PieceLayout;
import dev.darner.model.PieceSet;
import dev.darner.model.TaskId;
import dev.darner.origin.OriginException;
import dev.darner.peer.PeerHolding;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a {@link Filling} does once somebody gives. */
class FillingTest {
  private final OriginException down = new OriginException.Unavailable("down");

  /** A filling that reads the origin, which has answered. */
  private static FillingScript reading() {
    return FillingScript.alone().noFunctionAnswers().originAnswers().opened(PieceSet.EMPTY);
  }

  private static Step.ReadOrigin lastRead(FillingScript script) {
    return script.all(Step.ReadOrigin.class).getLast();
  }

  // From peers.

  @Test
  void theStoreIsMadeReadyOnceSomebodyTellsTheSize() {
    FillingScript script = FillingScript.alone().placed(A, B);
    assertEquals(List.of(), script.all(Step.Open.class));
    script.holds(A, PieceSet.of(1), false).holds(B, PieceSet.of(2), false);
    assertEquals(
        List.of(new Step.Open(LAYOUT.size(), "t", Optional.of(A))), script.all(Step.Open.class));
    assertEquals(List.of(), script.all(Step.Fetch.class));
  }

  @Test
  void piecesAreTakenFromAllWhoGiveFourFromEach() {
    FillingScript script = withSealed(A, B);
    assertEquals(4, script.fetchesOf(A).size());
    assertEquals(4, script.fetchesOf(B).size());
    Set<Integer> all = new HashSet<>(script.fetchesOf(A));
    all.addAll(script.fetchesOf(B));
    assertEquals(COUNT, all.size());
  }

  @Test
  void nothingIsTakenThatIsHereFromAnEarlierRun() {
    FillingScript script = FillingScript.alone().placed(A);
    script.holds(A, PieceSet.full(COUNT), true).opened(PieceSet.full(COUNT - 1));
    assertEquals(List.of(COUNT - 1), script.fetchesOf(A));
  }

  @Test
  void aPieceThatAParentGetsIsTakenAtOnce() {
    FillingScript script =
        FillingScript.alone().placed(A).holds(A, PieceSet.EMPTY, false).opened(PieceSet.EMPTY);
    assertEquals(List.of(), script.fetchesOf(A));
    assertEquals(List.of(5), script.holds(A, PieceSet.of(5), false).fetchesOf(A));
  }

  @Test
  void withTheLastPieceEverybodyIsLeft() {
    FillingScript script = withSealed(A, B);
    script.take();
    for (Step.Fetch fetch : script.all(Step.Fetch.class)) {
      assertFalse(script.done());
      script.fetched(fetch.peer(), fetch.piece());
    }
    assertTrue(script.done());
    assertEquals(2, script.all(Step.Leave.class).size());
    assertEquals(List.of(), script.all(Step.StopFetch.class));
  }

  @Test
  void aParentThatBreaksOffIsLeftAndItsPiecesGoToTheOther() {
    FillingScript script = withSealed(A, B);
    List<Integer> ofB = script.fetchesOf(B);
    script.fetched(A, script.fetchesOf(A).get(0)).fetched(A, script.fetchesOf(A).get(1));
    script.missed(B, ofB.get(0), Fault.LOST);
    assertEquals(3, script.all(Step.StopFetch.class).size());
    ofB.stream().skip(1).forEach(piece -> script.missed(B, piece, Fault.STOPPED));
    script.fetchesOf(A).forEach(piece -> script.fetched(A, piece));
    script.fetchesOf(A).forEach(piece -> script.fetched(A, piece));
    assertTrue(script.done());
    assertEquals(4, script.fetchesOf(B).size());
    assertEquals(List.of(), script.all(Step.OpenOrigin.class));
  }

  @Test
  void aParentThatLiesIsNotAskedAgainAndTheFunctionsAreTold() {
    FillingScript script = withSealed(A);
    script.missed(A, script.fetchesOf(A).get(0), Fault.LIED);
    assertEquals(Set.of(new HostId("a")), script.all(Step.Place.class).getLast().failed());
    script.placed(A).expectAsked("a");
    assertEquals(List.of(), script.all(Step.OpenOrigin.class), "a piece is still being written");
    script.fetchesOf(A).stream().skip(1).forEach(piece -> script.missed(A, piece, Fault.STOPPED));
    assertEquals(1, script.all(Step.OpenOrigin.class).size());
  }

  @Test
  void aParentWhoseOwnBytesDoNotGrowIsLeftOnceItHasNothingMoreToGive() {
    FillingScript script =
        FillingScript.alone().placed(A).holds(A, PieceSet.of(3), false).opened(PieceSet.EMPTY);
    script.pass(5000);
    assertEquals(List.of(), script.all(Step.Leave.class));
    script.fetched(A, 3);
    assertEquals(1, script.all(Step.Leave.class).size());
    assertEquals(2, script.all(Step.Place.class).size(), "others were looked for meanwhile");
    script.noFunctionAnswers().noFunctionAnswers();
    assertEquals(new Step.OpenOrigin(1, 0), script.take().getLast());
  }

  @Test
  void aParentThatReceivesIsWaitedFor() {
    FillingScript script =
        FillingScript.alone().placed(A).holds(A, PieceSet.EMPTY, false).opened(PieceSet.EMPTY);
    for (int i = 1; i < 10; i++) {
      script.pass(3900).holds(A, growing(i));
    }
    assertEquals(List.of(), script.all(Step.Leave.class));
    script.pass(4000);
    assertEquals(1, script.all(Step.Leave.class).size());
  }

  @Test
  void aHomeThatHasAPartIsAskedForTheRestWhileItGivesThat() {
    FillingScript script =
        FillingScript.of(Asker.RUNTIME, new Neighbourhood(List.of(), List.of(A)))
            .noFunctionAnswers()
            .holds(A, PieceSet.of(3, 4), false)
            .opened(PieceSet.EMPTY);
    script.expectAsked("a", "a fill");
    assertEquals(2, script.fetchesOf(A).size());
    script.fetched(A, 3).fetched(A, 4).pass(19_999);
    assertEquals(1, script.all(Step.Leave.class).size());
    script.holds(A, PieceSet.of(3, 4, 5), false);
    assertEquals(5, script.fetchesOf(A).getLast());
  }

  @Test
  void whenAHostThatHasAPartSeemsIdleTheNextRungIsTriedWhileItIsStillFollowed() {
    FillingScript script =
        FillingScript.of(
                Asker.RUNTIME, new Neighbourhood(List.of(FillingScript.host(B)), List.of(A)))
            .noFunctionAnswers()
            .ends(A, Fault.NOT_HOLDING)
            .holds(B, PieceSet.of(3), false)
            .opened(PieceSet.EMPTY)
            .fetched(B, 3)
            .pass(1299);
    script.expectAsked("a", "b").pass(1).expectAsked("a", "b", "a fill");
    assertEquals(List.of(), script.all(Step.Leave.class));
    script.ends(A, Fault.LOST);
    assertEquals(1, script.all(Step.Leave.class).size());
    assertEquals(1, script.all(Step.OpenOrigin.class).size());
  }

  @Test
  void aHomeWhosePartNobodyContinuesIsAskedToDoSoAndMayHaveLessThen() {
    FillingScript script =
        FillingScript.of(Asker.RUNTIME, new Neighbourhood(List.of(), List.of(A)))
            .noFunctionAnswers()
            .holds(A, PieceSet.of(3, 4), false)
            .opened(PieceSet.EMPTY);
    script.expectAsked("a", "a fill").holds(A, PieceSet.of(0), false);
    assertEquals(List.of(), script.all(Step.StopFetch.class));
    assertEquals(0, script.fetchesOf(A).getLast());
  }

  @Test
  void aHostThatHasAPartAndGetsMoreIsNotTakenForIdle() {
    FillingScript script =
        FillingScript.of(
                Asker.RUNTIME, new Neighbourhood(List.of(FillingScript.host(B)), List.of()))
            .noFunctionAnswers()
            .holds(B, growing(1))
            .opened(PieceSet.EMPTY)
            .pass(1200)
            .holds(B, growing(2))
            .pass(3000);
    script.expectAsked("b");
    assertEquals(List.of(), script.all(Step.OpenOrigin.class));
  }

  @Test
  void aParentThatReceivesForEverAndNeverHasAPieceIsLeft() {
    FillingScript script =
        FillingScript.alone().placed(A).holds(A, PieceSet.EMPTY, false).opened(PieceSet.EMPTY);
    for (int i = 1; i < 30; i++) {
      script.pass(2000).holds(A, growing(i));
    }
    assertEquals(List.of(), script.all(Step.Leave.class));
    script.pass(2000);
    assertEquals(1, script.all(Step.Leave.class).size());
  }

  private static PeerHolding growing(long received) {
    return new PeerHolding(LAYOUT, "t", PieceSet.EMPTY, false, received, Optional.empty());
  }

  @Test
  void aPeerThatSaysWhatCannotBeIsLeft() {
    PieceSet all = PieceSet.full(COUNT);
    Digest other = Digest.sha256(new byte[] {1});
    PieceLayout longer = PieceLayout.of(LAYOUT.size() + 1);
    List<PeerHolding> lies =
        List.of(
            new PeerHolding(longer, "t", all, false, 0, Optional.empty()),
            new PeerHolding(LAYOUT, "t", all, false, LAYOUT.size() + 1, Optional.empty()),
            new PeerHolding(LAYOUT, "t", PieceSet.of(1), true, LAYOUT.size(), Optional.empty()),
            new PeerHolding(LAYOUT, "t", all, true, LAYOUT.size(), Optional.of(other)),
            new PeerHolding(LAYOUT, "a\nb", all, false, 0, Optional.empty()),
            new PeerHolding(LAYOUT, "t", PieceSet.EMPTY, false, 0, Optional.empty()));
    for (PeerHolding lie : lies) {
      FillingScript script = FillingScript.alone().placed(A, B).holds(A, PieceSet.of(1), false);
      script.holds(B, PieceSet.of(1), false).opened(PieceSet.EMPTY).holds(B, lie);
      assertEquals(1, script.all(Step.Leave.class).size(), lie::toString);
    }
  }

  @Test
  void aBusyParentIsLeftAloneForAWhileAndThenAskedAgain() {
    FillingScript script = withSealed(A);
    List<Integer> first = script.fetchesOf(A);
    script.take();
    first.forEach(piece -> script.missed(A, piece, Fault.BUSY));
    assertEquals(List.of(), script.take());
    script.pass(250);
    assertEquals(4, script.take().size());
  }

  /** Tells of every piece that the peer was asked for lately that the peer is busy. */
  private static void busy(FillingScript script, HostAddress peer) {
    script.take().stream()
        .filter(Step.Fetch.class::isInstance)
        .map(Step.Fetch.class::cast)
        .forEach(fetch -> script.missed(peer, fetch.piece(), Fault.BUSY));
  }

  @Test
  void aParentThatIsBusyAndGetsMoreIsWaitedForWithoutBlameAndOthersAreLookedFor() {
    FillingScript script = FillingScript.alone().placed(A).holds(A, growing(1));
    script.opened(PieceSet.EMPTY);
    for (int i = 0; i < 8 && script.all(Step.Place.class).size() == 1; i++) {
      script.holds(A, holding(PieceSet.full(Math.min(i + 1, COUNT)), i + 2));
      busy(script, A);
      script.pass(2000);
    }
    assertEquals(2, script.all(Step.Place.class).size());
    assertEquals(Set.of(), script.all(Step.Place.class).getLast().failed());
    script.placed(B).expectAsked("a", "b");
    assertEquals(List.of(), script.all(Step.Leave.class));
    assertEquals(List.of(), script.all(Step.OpenOrigin.class));
  }

  private static PeerHolding holding(PieceSet pieces, long received) {
    return new PeerHolding(LAYOUT, "t", pieces, false, received, Optional.empty());
  }

  @Test
  void aSealedParentThatIsBusyForAMinuteIsLeftWithoutBlame() {
    FillingScript script = withSealed(A);
    for (int i = 0; i < 29; i++) {
      busy(script, A);
      assertEquals(List.of(), script.all(Step.Leave.class));
      script.pass(2000).noFunctionAnswers();
    }
    busy(script, A);
    script.pass(2001).pass(1000);
    assertEquals(1, script.all(Step.Leave.class).size());
    assertEquals(Set.of(), script.all(Step.Place.class).getLast().failed());
  }

  @Test
  void aPeerThatDripsIsLeftWhateverItClaims() {
    FillingScript script =
        FillingScript.alone().placed(A).holds(A, holding(PieceSet.of(1), 1)).opened(PieceSet.EMPTY);
    script.hear(new Event.Begun(A, 1));
    for (int i = 1; i < 13; i++) {
      script.pass(2000).holds(A, holding(PieceSet.of(1), 1 + i));
      assertEquals(List.of(), script.all(Step.Leave.class));
    }
    script.pass(2000);
    assertEquals(1, script.all(Step.Leave.class).size());
    assertEquals(List.of(new Step.StopFetch(A, 1)), script.all(Step.StopFetch.class));
    script.missed(A, 1, Fault.STOPPED).noFunctionAnswers();
    assertEquals(1, script.all(Step.OpenOrigin.class).size());
  }

  @Test
  void aPieceThatAnotherWriterHasIsTriedAgainLater() {
    FillingScript script = withSealed(A);
    int piece = script.fetchesOf(A).getFirst();
    script.missed(A, piece, Fault.TAKEN);
    assertEquals(1, script.fetchesOf(A).stream().filter(asked -> asked == piece).count());
    script.fetched(A, script.fetchesOf(A).get(1)).pass(50);
    IntStream.range(0, COUNT).forEach(other -> script.fetched(A, other == piece ? 0 : other));
    assertTrue(script.all(Step.Fetch.class).stream().filter(f -> f.piece() == piece).count() > 1);
  }

  @Test
  void aLatePieceAmongTheLastGoesToAPeerThatIdlesAndEachPeerIsLateOnce() {
    FillingScript script = withSealed(A, B);
    int last = script.fetchesOf(B).getLast();
    script.hear(new Event.Begun(B, last));
    script.all(Step.Fetch.class).stream()
        .filter(fetch -> fetch.piece() != last)
        .forEach(fetch -> script.fetched(fetch.peer(), fetch.piece()));
    script.pass(1999);
    assertEquals(List.of(), script.all(Step.StopFetch.class));
    script.pass(1);
    assertEquals(List.of(new Step.StopFetch(B, last)), script.all(Step.StopFetch.class));
    script.missed(B, last, Fault.STOPPED);
    assertEquals(new Step.Fetch(A, last, false, false), script.take().getLast());
    script.hear(new Event.Begun(A, last)).pass(25_000);
    assertEquals(1, script.all(Step.StopFetch.class).size());
  }

  @Test
  void aPieceThatWaitsForItsTurnIsNotLate() {
    FillingScript script = FillingScript.alone().turnsAreTaken().placed(A, B);
    script.holds(A, PieceSet.full(COUNT), true).holds(B, PieceSet.full(COUNT), true);
    script.opened(PieceSet.EMPTY).pass(60_000);
    assertEquals(List.of(), script.all(Step.StopFetch.class));
    assertEquals(2, script.all(Step.Fetch.class).size());
  }

  @Test
  void whatAReaderWaitsForIsTakenFirst() {
    FillingScript script = FillingScript.alone().placed(A).holds(A, PieceSet.full(COUNT), true);
    script.hear(new Event.Wanted(List.of(new ByteRange(4L * MIB, 8L * MIB))));
    assertEquals(List.of(4, 5, 6, 7), script.opened(PieceSet.EMPTY).fetchesOf(A));
  }

  // From the origin.

  @Test
  void theOriginIsReadInOneGoWhenNothingIsHere() {
    FillingScript script = reading();
    assertEquals(new Step.ReadOrigin(1, 0, COUNT), lastRead(script));
    IntStream.range(0, COUNT).forEach(script::originGives);
    assertTrue(script.done());
    assertEquals(1, script.all(Step.OpenOrigin.class).size());
  }

  @Test
  void aHostThatResumesAsksTheOriginFromTheFirstMissingByte() {
    PieceSet here = PieceSet.of(0, 1, 2, 5);
    Filling.Remains remains = new Filling.Remains(LAYOUT, "kept", here);
    FillingScript script =
        FillingScript.of(
                FillingScript.TASK, Asker.RUNTIME, Neighbourhood.NOBODY, Optional.of(remains))
            .noFunctionAnswers();
    assertEquals(new Step.OpenOrigin(1, 3), script.take().getLast());
    script.originAnswers();
    assertEquals(new Step.Open(LAYOUT.size(), "kept", Optional.empty()), script.take().getLast());
    assertEquals(new Step.ReadOrigin(1, 3, 5), lastRead(script.opened(here)));
    script.originGives(3).originGives(4).hear(new Event.OriginEnded(1, Optional.empty()));
    assertEquals(new Step.OpenOrigin(2, 6), script.take().getLast());
  }

  @Test
  void anOriginOfAnotherSizeThanTheDiskBeginsItAllAnew() {
    Filling.Remains remains = new Filling.Remains(PieceLayout.of(5L * MIB), "t", PieceSet.of(0));
    FillingScript script =
        FillingScript.of(
                FillingScript.TASK, Asker.RUNTIME, Neighbourhood.NOBODY, Optional.of(remains))
            .noFunctionAnswers()
            .originAnswers();
    assertEquals(1, script.all(Step.Renew.class).size());
    assertTrue(script.done());
  }

  @Test
  void aFailingOriginIsTriedAgainAtTheSamePieceAfterAPauseWithOtherRungsInBetween() {
    FillingScript script = reading().originGives(0).originGives(1).originFails(down);
    assertEquals(2, script.all(Step.Place.class).size());
    script.noFunctionAnswers();
    assertEquals(1, script.all(Step.OpenOrigin.class).size());
    script.pass(250);
    assertEquals(new Step.OpenOrigin(2, 2), script.all(Step.OpenOrigin.class).getLast());
  }

  @Test
  void aPeerThatTurnsUpWhileTheOriginIsDownIsUsedInstead() {
    FillingScript script = reading().originGives(0).originFails(down).placed(A);
    script.holds(A, PieceSet.full(COUNT), true).pass(60_000);
    assertEquals(1, script.all(Step.OpenOrigin.class).size());
    assertEquals(4, script.fetchesOf(A).size());
  }

  @Test
  void anOriginThatFailsFourTimesWithoutAPieceFailsTheTask() {
    FillingScript script = reading();
    for (int i = 0; i < 4; i++) {
      assertFalse(script.done());
      script.originGives(i).originFails(down).noFunctionAnswers().pass(10_000);
    }
    for (int i = 0; i < 3; i++) {
      assertFalse(script.done());
      script.originFails(down).noFunctionAnswers().pass(10_000);
    }
    assertTrue(script.done());
    assertInstanceOf(TaskException.Unavailable.class, failure(script));
    assertSame(down, failure(script).getCause());
  }

  private static TaskException failure(FillingScript script) {
    return script.all(Step.Fail.class).getLast().failure();
  }

  @Test
  void aRefusalEndsTheTaskAsTheOriginSaidIt() {
    OriginException denied = new OriginException.Denied("no", 401, List.of("Bearer x"));
    FillingScript script = FillingScript.alone().noFunctionAnswers().originFails(denied);
    TaskException.Denied failure = assertInstanceOf(TaskException.Denied.class, failure(script));
    assertEquals(401, failure.status());
    assertEquals(List.of("Bearer x"), failure.challenges());
    assertInstanceOf(
        TaskException.NotFound.class,
        failure(
            FillingScript.alone()
                .noFunctionAnswers()
                .originFails(new OriginException.NotFound("no"))));
  }

  @Test
  void whatWasHeardOfAReadThatWasStoppedDoesNotCount() {
    FillingScript script = reading();
    script.hear(new Event.OriginEnded(99, Optional.of(down)));
    assertEquals(1, script.all(Step.Place.class).size());
  }

  @Test
  void theReadJumpsToAReaderThatWaitsFarAheadWhenNobodyWaitsForWhatItBrings() {
    PieceLayout wide = PieceLayout.of(100L * MIB);
    FillingScript script = FillingScript.alone().noFunctionAnswers();
    script.hear(new Event.OriginOpened(1, wide.size(), "t"));
    script.hear(new Event.Opened(wide, PieceSet.EMPTY));
    ByteRange whole = ByteRange.whole(wide.size());
    ByteRange far = new ByteRange(80L * MIB, 81L * MIB);
    script.hear(new Event.Wanted(List.of(whole, far)));
    assertEquals(1, script.all(Step.OpenOrigin.class).size());
    script.hear(new Event.Wanted(List.of(far)));
    assertEquals(new Step.OpenOrigin(2, 80), script.all(Step.OpenOrigin.class).getLast());
    script.hear(new Event.OriginOpened(2, wide.size(), "t"));
    assertEquals(new Step.ReadOrigin(2, 80, 100), lastRead(script));
  }

  // Of a file without a digest.

  private static FillingScript ofUrl(HostAddress... parents) {
    TaskId url = TaskId.ofUrl(URI.create("http://example.org/f"), Set.of(), "", "");
    return FillingScript.of(url, Asker.RUNTIME, Neighbourhood.NOBODY, Optional.empty())
        .placed(parents);
  }

  @Test
  void ofAFileThatNoDigestNamesOnlyOnePeerGives() {
    FillingScript script = ofUrl(A, B).holds(A, PieceSet.of(1, 2), false);
    script.holds(B, PieceSet.of(3, 4), false).opened(PieceSet.EMPTY);
    assertEquals(2, script.fetchesOf(A).size());
    assertEquals(List.of(), script.fetchesOf(B));
  }

  @Test
  void theDigestOfOneWhoVerifiedAFileIsExpectedAndThenOthersMayGiveToo() {
    FillingScript script = ofUrl(A, B).holds(A, PieceSet.of(1, 2), false);
    script.holds(B, PieceSet.full(COUNT), true).opened(PieceSet.EMPTY);
    Digest digest = FillingScript.TASK.digest().orElseThrow();
    assertEquals(List.of(new Step.Expect(digest)), script.all(Step.Expect.class));
    assertEquals(4, script.fetchesOf(B).size());
  }
}
