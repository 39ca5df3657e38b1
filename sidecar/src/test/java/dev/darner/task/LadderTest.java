package dev.darner.task;

import static dev.darner.task.FillingScript.A;
import static dev.darner.task.FillingScript.B;
import static dev.darner.task.FillingScript.C;
import static dev.darner.task.FillingScript.SELF;
import static dev.darner.task.FillingScript.homesFirst;
import static dev.darner.task.FillingScript.host;
import static dev.darner.task.FillingScript.parent;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.controlplane.Neighbourhood;
import dev.darner.controlplane.Placement;
import dev.darner.model.HostAddress;
import dev.darner.model.HostId;
import dev.darner.model.PieceSet;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * The order in which a {@link Filling} turns to others: what {@link Ladder} decides, in its place.
 */
class LadderTest {
  private static final PieceSet SOME = PieceSet.of(0, 1);

  private static FillingScript knowing(Asker asker, List<HostAddress> seeds) {
    return FillingScript.of(asker, new Neighbourhood(List.of(), seeds));
  }

  private static FillingScript knowing(List<HostAddress> seeds) {
    return knowing(Asker.RUNTIME, seeds);
  }

  /** It has a neighbour, and there is no seed. */
  private static FillingScript besideC() {
    return FillingScript.of(Asker.RUNTIME, new Neighbourhood(List.of(host(C)), List.of()));
  }

  private static void assertReadsOrigin(FillingScript script) {
    assertEquals(1, script.all(Step.OpenOrigin.class).size(), "reads of the origin");
  }

  private static void assertNoOrigin(FillingScript script) {
    assertEquals(List.of(), script.all(Step.OpenOrigin.class));
  }

  @Test
  void aFunctionIsAskedFirst() {
    FillingScript script = FillingScript.alone();
    assertEquals(List.of(new Step.Place(0, Set.of())), script.take());
  }

  @Test
  void whoKnowsNobodyReadsTheOrigin() {
    assertReadsOrigin(FillingScript.alone().noFunctionAnswers());
  }

  @Test
  void aReaderByRoleAsksNobodyElse() {
    FillingScript script = knowing(List.of(A, B)).role(Placement.Role.READ_ORIGIN);
    script.expectAsked();
    assertReadsOrigin(script);
  }

  private static FillingScript waits(FillingScript script, HostAddress... parents) {
    List<Placement.Parent> named =
        List.of(parents).stream().map(parent -> parent(parent, false)).toList();
    return script.placed(new Placement(Placement.Role.WAIT, named, false, Duration.ofSeconds(1)));
  }

  @Test
  void whoIsToldToWaitAsksTheFunctionAgainHoweverOftenAndNeverTheOrigin() {
    FillingScript script = knowing(List.of(A, B));
    for (int times = 1; times <= 20; times++) {
      waits(script).pass(749);
      assertEquals(times, script.all(Step.Place.class).size(), "it waits three quarters at least");
      script.pass(501);
      assertEquals(times + 1, script.all(Step.Place.class).size(), "and five quarters at most");
    }
    List<String> fillers = script.asked().stream().filter(peer -> peer.endsWith("fill")).toList();
    assertEquals(List.of(), fillers, "it is looked at what they have, and no more");
    assertNoOrigin(script);
    assertReadsOrigin(script.role(Placement.Role.READ_ORIGIN));
  }

  @Test
  void whoWaitsTakesWhatThereIs() {
    FillingScript script = waits(FillingScript.alone(), A);
    script.expectAsked("a").holds(A, SOME, false);
    assertNoOrigin(script.pass(3_000));
  }

  @Test
  void whoWaitsGoesItsOwnWayWhenTheFunctionsAreGone() {
    FillingScript script = waits(FillingScript.alone()).pass(1_250);
    assertNoOrigin(script);
    assertReadsOrigin(script.noFunctionAnswers());
  }

  @Test
  void aSeedThatIsAskedToFillAsksAHostOfAnotherClusterToFill() {
    FillingScript script = FillingScript.of(Asker.PEER, Neighbourhood.NOBODY);
    Placement.Parent abroad = new Placement.Parent(host(A), false, true, true);
    Placement.Parent near = new Placement.Parent(host(B), false, true, false);
    script.placed(
        new Placement(Placement.Role.FROM_PARENTS, List.of(abroad, near), true, Duration.ZERO));
    script.ends(A, Fault.NOT_HOLDING).ends(B, Fault.NOT_HOLDING);
    script.expectAsked("a", "b", "a fill");
    script.hear(new Event.AskedByPeer(Asker.PEER));
    assertNoOrigin(script.pass(5_900));
  }

  @Test
  void aFunctionThatNeverAnswersIsNotWaitedForLong() {
    FillingScript script = FillingScript.alone().pass(3999);
    assertNoOrigin(script);
    assertReadsOrigin(script.pass(1));
  }

  @Test
  void whileAFunctionIsSlowTheKnownAreLookedAtAndTheOriginIsLeftAlone() {
    FillingScript script = besideC();
    script.pass(299).expectAsked();
    script.pass(1).expectAsked("c").ends(C, Fault.NOT_HOLDING).pass(1600);
    assertEquals(1, script.all(Step.Place.class).size());
    assertNoOrigin(script);
  }

  @Test
  void aFunctionThatIsSlowNamesParentsAllTheSame() {
    FillingScript script = FillingScript.alone().pass(1900).placed(A);
    assertNoOrigin(script.expectAsked("a").holds(A, SOME, false).pass(200));
  }

  /** It was looked at meanwhile, and had nothing yet: it had just been elected. */
  @Test
  void aParentThatIsBeingLookedAtWhenItIsNamedIsAskedToFill() {
    FillingScript script =
        besideC()
            .pass(300)
            .placed(new Placement(Placement.Role.FROM_PARENTS, List.of(parent(C, true))));
    script.expectAsked("c").ends(C, Fault.NOT_HOLDING).expectAsked("c", "c fill");
    assertNoOrigin(script.pass(9_000));
  }

  @Test
  void aParentThatIsBeingLookedAtWhenItIsNamedHasAllTheTimeOfAParent() {
    FillingScript script = besideC().pass(300).placed(C);
    assertNoOrigin(script.pass(1999));
    script.expectAsked("c").holds(C, PieceSet.EMPTY, false);
    assertNoOrigin(script.pass(3999));
  }

  @Test
  void whoGivesAPartAlreadyIsWaitedForAsAParentOnceItIsNamed() {
    FillingScript script = besideC().pass(300).holds(C, PieceSet.EMPTY, false).placed(C);
    assertNoOrigin(script.pass(3999));
    script.expectAsked("c");
  }

  @Test
  void aFunctionThatIsSlowSaysToReadTheOriginAllTheSame() {
    FillingScript script = FillingScript.alone().pass(1900);
    assertNoOrigin(script);
    assertReadsOrigin(script.role(Placement.Role.READ_ORIGIN));
  }

  @Test
  void aHomeIsAskedToFillWhileAFunctionIsSlow() {
    List<HostAddress> seeds = homesFirst(A);
    FillingScript script = knowing(seeds).pass(300);
    script.expectAsked("a").ends(A, Fault.NOT_HOLDING).expectAsked("a", "a fill");
    assertNoOrigin(script.pass(1700));
  }

  @Test
  void anAnswerThatCameTooLateChangesNothing() {
    FillingScript script = FillingScript.alone().pass(4000).placed(A);
    script.expectAsked();
    assertReadsOrigin(script);
  }

  @Test
  void parentsAreLookedAtAndTheOriginIsLeftAlone() {
    FillingScript script = FillingScript.alone().placed(A, B);
    script.expectAsked("a", "b");
    assertNoOrigin(script.holds(A, SOME, false).ends(B, Fault.LOST));
  }

  @Test
  void aHostNeverAsksItself() {
    FillingScript script = FillingScript.alone().placed(SELF, A);
    script.expectAsked("a");
  }

  @Test
  void aParentWithNothingIsAskedToFillOnceItHasShownLife() {
    FillingScript script =
        FillingScript.alone()
            .placed(new Placement(Placement.Role.FROM_PARENTS, List.of(parent(A, true))));
    script.expectAsked("a").ends(A, Fault.NOT_HOLDING).expectAsked("a", "a fill");
    assertNoOrigin(script.pass(9_000));
  }

  @Test
  void silentParentsAreNamedWhenTheFunctionsAreAskedAgain() {
    FillingScript script = FillingScript.alone().placed(A);
    script.take();
    script.pass(2000);
    assertEquals(new Step.Place(0, Set.of(new HostId("a"))), script.take().getLast());
    script.placed(A, B).expectAsked("a", "b");
  }

  @Test
  void aParentThatGotTheQuestionMayTakeItsTimeToAnswer() {
    FillingScript script = FillingScript.alone().placed(A).pass(1999).reached(A).pass(5999);
    assertNoOrigin(script.expectAsked("a"));
    assertEquals(List.of(), script.all(Step.Leave.class));
    assertEquals(1, script.pass(1).all(Step.Leave.class).size());
  }

  @Test
  void aHostThatIsOnlyLookedAtIsNotWaitedForBecauseItGotTheQuestion() {
    FillingScript script = besideC().noFunctionAnswers().reached(C).pass(299);
    assertNoOrigin(script);
    assertReadsOrigin(script.pass(1));
  }

  @Test
  void aHomeThatGetsQuestionsAndNeverAnswersIsLeftAfterSixSeconds() {
    FillingScript script = knowing(List.of(A)).noFunctionAnswers().reached(A).pass(300);
    script.expectAsked("a", "a").reached(A);
    assertNoOrigin(script.pass(5999).noFunctionAnswers());
    assertReadsOrigin(script.pass(1));
  }

  @Test
  void aSignOfLifeCountsForTheQuestionThatItAnswersAlone() {
    FillingScript script = FillingScript.alone().placed(A).reached(A).ends(A, Fault.BUSY).pass(250);
    script.expectAsked("a", "a").pass(1999);
    assertEquals(List.of(), script.all(Step.Leave.class));
    assertEquals(1, script.pass(1).all(Step.Leave.class).size());
  }

  /** The function was asked for more than the one who gave, and then that one was lost. */
  @Test
  void whatAFunctionSaysAfterALossDecidesTheWalk() {
    FillingScript script = besideC();
    script.placed(A).holds(A, SOME, false).opened(PieceSet.EMPTY);
    for (int i = 0; i < 8 && script.all(Step.Place.class).size() < 2; i++) {
      script.pass(1000).holds(A, SOME, false);
    }
    assertEquals(2, script.all(Step.Place.class).size());
    script.ends(A, Fault.LOST).missed(A, 0, Fault.STOPPED).missed(A, 1, Fault.STOPPED).pass(300);
    script.placed(new Placement(Placement.Role.FROM_PARENTS, List.of(parent(C, true))));
    assertNoOrigin(script.ends(C, Fault.NOT_HOLDING));
    assertEquals("c fill", script.asked().getLast());
  }

  @Test
  void functionsThatKnowNobodyBetterAreAskedFourTimesAtMost() {
    FillingScript script = FillingScript.alone();
    for (int i = 0; i < 9; i++) {
      HostAddress parent = new HostAddress("p" + i, 1);
      if (script.all(Step.Place.class).size() > i) {
        script.placed(parent).ends(parent, Fault.LOST);
      }
    }
    assertEquals(4, script.all(Step.Place.class).size());
    assertReadsOrigin(script);
  }

  @Test
  void withoutFunctionsKnownHostsAreLookedAtBeforeAnybodyIsAskedToFill() {
    List<HostAddress> seeds = homesFirst(A, B);
    FillingScript script =
        FillingScript.of(Asker.RUNTIME, new Neighbourhood(List.of(host(C)), seeds))
            .noFunctionAnswers();
    script.expectAsked(seeds.get(0).host(), seeds.get(1).host(), "c");
    script.holds(C, SOME, false).ends(A, Fault.NOT_HOLDING).ends(B, Fault.NOT_HOLDING);
    assertEquals(3, script.asked().size());
    assertNoOrigin(script);
  }

  @Test
  void whenNobodyHoldsItTheFirstHomeIsAskedToFill() {
    List<HostAddress> seeds = homesFirst(A, B, C);
    FillingScript script = knowing(seeds).noFunctionAnswers();
    seeds.forEach(seed -> script.ends(seed, Fault.NOT_HOLDING));
    assertEquals(seeds.get(0).host() + " fill", script.asked().getLast());
    assertEquals(4, script.asked().size());
    assertNoOrigin(script);
  }

  @Test
  void aHomeThatAnsweredIsAskedBeforeOneThatIsSilent() {
    List<HostAddress> seeds = homesFirst(A, B);
    FillingScript script = knowing(seeds).role(Placement.Role.USE_HOME_SEEDS);
    script.ends(seeds.get(1), Fault.NOT_HOLDING).pass(300);
    assertEquals(seeds.get(1).host() + " fill", script.asked().getLast());
  }

  @Test
  void aHomeThatIsSilentAtFirstIsGivenTwoSecondsMoreForASignOfLife() {
    FillingScript script = knowing(List.of(A)).noFunctionAnswers().pass(300);
    script.expectAsked("a", "a").ends(A, Fault.NOT_HOLDING).expectAsked("a", "a", "a fill");
    FillingScript other = knowing(List.of(A)).noFunctionAnswers().pass(300);
    assertNoOrigin(other.pass(1999));
    assertReadsOrigin(other.pass(1));
  }

  @Test
  void aHomeThatIsTooBusyToFillIsAskedAgainAndNobodyElse() {
    List<HostAddress> seeds = homesFirst(A, B);
    String home = seeds.get(0).host() + " fill";
    FillingScript script = knowing(seeds).role(Placement.Role.USE_HOME_SEEDS);
    seeds.forEach(seed -> script.ends(seed, Fault.NOT_HOLDING));
    for (int times = 1; times < 8; times++) {
      assertEquals(times, script.asked().stream().filter(home::equals).count());
      assertEquals(home, script.asked().getLast());
      script.ends(seeds.get(0), Fault.BUSY).pass(2000);
    }
    assertNoOrigin(script);
  }

  @Test
  void aHomeThatIsAlwaysTooBusyIsNotWaitedForForEver() {
    FillingScript script = knowing(List.of(A)).role(Placement.Role.USE_HOME_SEEDS);
    script.ends(A, Fault.NOT_HOLDING);
    for (int i = 0; i < 40; i++) {
      if (script.all(Step.OpenOrigin.class).isEmpty()) {
        script.ends(A, Fault.BUSY).pass(2000).noFunctionAnswers();
      }
    }
    assertReadsOrigin(script);
  }

  @Test
  void aHomeThatLearnsTheSizeTooLateIsLeftWithoutBeingShunned() {
    List<HostAddress> seeds = homesFirst(A, B);
    FillingScript script = knowing(seeds).role(Placement.Role.USE_HOME_SEEDS);
    seeds.forEach(seed -> script.ends(seed, Fault.NOT_HOLDING));
    assertNoOrigin(script.pass(19_999));
    assertEquals(seeds.get(0).host() + " fill", script.asked().getLast());
    script.pass(1).pass(2000);
    assertEquals(Set.of(), script.shunned());
    seeds.forEach(seed -> script.ends(seed, Fault.NOT_HOLDING));
    assertEquals(seeds.get(1).host() + " fill", script.asked().getLast());
    assertNoOrigin(script);
  }

  @Test
  void aHomeThatIsGoneMakesRoomForTheNextAndThenForTheOrigin() {
    List<HostAddress> seeds = homesFirst(A, B);
    FillingScript script = knowing(seeds).role(Placement.Role.USE_HOME_SEEDS);
    script.ends(seeds.get(0), Fault.LOST).ends(seeds.get(1), Fault.NOT_HOLDING);
    assertEquals(seeds.get(1).host() + " fill", script.asked().getLast());
    assertNoOrigin(script);
    assertReadsOrigin(script.ends(seeds.get(1), Fault.LOST));
  }

  @Test
  void theFirstHomeItselfReadsTheOrigin() {
    List<HostAddress> seeds = homesFirst(SELF, A, B);
    List<HostAddress> order = seeds.getFirst().equals(SELF) ? seeds : List.of(SELF);
    FillingScript script = knowing(order).role(Placement.Role.USE_HOME_SEEDS);
    order.stream()
        .filter(seed -> !seed.equals(SELF))
        .limit(1)
        .forEach(seed -> script.ends(seed, Fault.NOT_HOLDING));
    assertTrue(script.asked().stream().noneMatch(whom -> whom.endsWith("fill")));
    assertReadsOrigin(script);
  }

  @Test
  void theSecondHomeAsksTheFirstAndReadsTheOriginWhenThatIsDead() {
    HostAddress first = better(SELF);
    FillingScript alive = knowing(List.of(first, SELF)).noFunctionAnswers();
    alive.ends(first, Fault.NOT_HOLDING);
    alive.expectAsked(first.host(), first.host() + " fill");
    FillingScript dead = knowing(List.of(first, SELF)).noFunctionAnswers();
    assertReadsOrigin(dead.ends(first, Fault.LOST));
  }

  /** A seed that stands before {@code other}. */
  private static HostAddress better(HostAddress other) {
    for (int i = 0; true; i++) {
      HostAddress candidate = new HostAddress("seed-" + i, 1);
      if (homesFirst(candidate, other).getFirst().equals(candidate)) {
        return candidate;
      }
    }
  }

  @Test
  void whoFillsForAPeerAsksNobodyElseToFill() {
    FillingScript script = knowing(Asker.PEER, List.of(A, B));
    script.placed(new Placement(Placement.Role.FROM_PARENTS, List.of(parent(C, true))));
    script.ends(C, Fault.NOT_HOLDING).noFunctionAnswers();
    script.ends(A, Fault.NOT_HOLDING).ends(B, Fault.NOT_HOLDING);
    assertTrue(script.asked().stream().noneMatch(whom -> whom.endsWith("fill")));
    assertReadsOrigin(script);
  }

  @Test
  void twoHostsThatAskOneAnotherToFillDoNotWaitLong() {
    FillingScript script = knowing(List.of(A)).noFunctionAnswers();
    script.ends(A, Fault.NOT_HOLDING).expectAsked("a", "a fill");
    assertNoOrigin(script.hear(new Event.AskedByPeer(Asker.PEER)).pass(1999));
    assertReadsOrigin(script.pass(1).noFunctionAnswers().pass(300));
  }

  @Test
  void aReaderThatSeemsIdleIsAskedToFill() {
    FillingScript script =
        FillingScript.alone()
            .placed(new Placement(Placement.Role.FROM_PARENTS, List.of(parent(A, true))))
            .holds(A, SOME, false)
            .pass(1299);
    script.expectAsked("a").pass(1).expectAsked("a", "a fill").pass(3000);
    assertNoOrigin(script);
  }

  @Test
  void whatTheOriginRefusedToAParentThisHostAsksItForItself() {
    FillingScript script = knowing(List.of(B)).placed(A).ends(A, Fault.DENIED);
    assertReadsOrigin(script);
    script.expectAsked("a");
  }

  @Test
  void whatAHomeCouldNotFindThisHostLooksForItself() {
    List<HostAddress> seeds = homesFirst(A, B);
    FillingScript script = knowing(seeds).role(Placement.Role.USE_HOME_SEEDS);
    seeds.forEach(seed -> script.ends(seed, Fault.NOT_HOLDING));
    assertReadsOrigin(script.ends(seeds.get(0), Fault.NOT_HOLDING));
  }

  @Test
  void sixHostsAreLookedAtAtMost() {
    List<HostAddress> seeds =
        java.util.stream.IntStream.range(0, 40).mapToObj(i -> new HostAddress("s" + i, 1)).toList();
    FillingScript script = knowing(seeds).noFunctionAnswers();
    assertEquals(Ladder.LOOKS, script.asked().size());
    List<String> homes =
        homesFirst(seeds.toArray(HostAddress[]::new)).stream()
            .limit(2)
            .map(HostAddress::host)
            .toList();
    assertEquals(homes, script.asked().subList(0, 2));
  }
}
