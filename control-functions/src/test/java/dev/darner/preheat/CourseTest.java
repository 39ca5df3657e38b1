package dev.darner.preheat;

import static dev.darner.preheat.Preheats.BEGUN;
import static dev.darner.preheat.Preheats.TIMEOUT;
import static dev.darner.preheat.Preheats.alive;
import static dev.darner.preheat.Preheats.fresh;
import static dev.darner.preheat.Preheats.host;
import static dev.darner.preheat.Preheats.member;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.darner.preheat.Course.Situation;
import dev.darner.preheat.Course.Step;
import dev.darner.preheat.Draw.Candidate;
import dev.darner.schema.PreheatContentsRecord;
import dev.darner.schema.PreheatHostRecord;
import dev.darner.schema.PreheatHostRecord.State;
import dev.darner.schema.PreheatRecord;
import dev.darner.schema.PreheatState;
import dev.darner.state.Member;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CourseTest {
  private static final Duration LONG = Duration.ofMinutes(9);
  private static final Optional<PreheatContentsRecord> NOTHING = Optional.empty();

  private static Optional<PreheatContentsRecord> refused(int attempt) {
    return Optional.of(PreheatContentsRecord.refused("c/n1", attempt, "404", BEGUN));
  }

  private static Optional<PreheatContentsRecord> working(int attempt) {
    return Optional.of(PreheatContentsRecord.working("c/n1", attempt, "", BEGUN));
  }

  private static Step next(
      PreheatRecord record,
      Optional<PreheatContentsRecord> told,
      List<Candidate> alive,
      Duration after) {
    return Course.next(new Situation(record, told, Map.of(), alive, BEGUN.plus(after)));
  }

  private static void assertEnds(PreheatState state, List<String> causes, Step step) {
    Step.End end = assertInstanceOf(Step.End.class, step, step::toString);
    assertEquals(causes, end.causes());
    assertEquals(state, end.state());
  }

  private static Step.Ask ask(int host) {
    return new Step.Ask(member(host), false);
  }

  @Test
  void aSeedOfTheScopeIsAskedFirst() {
    assertEquals(ask(1), next(fresh(3), NOTHING, alive(3, 2, 1), Duration.ZERO));
  }

  @Test
  void whoIsAskedIsWaitedForWhileItLives() {
    PreheatRecord asked = fresh(2).resolvedBy("c/n1", false, BEGUN);
    assertEquals(
        new Step.Wait(), next(asked, NOTHING, alive(1, 2), Course.TO_RESOLVE.minusMillis(1)));
    assertEquals(ask(2), next(asked, NOTHING, alive(1, 2), Course.TO_RESOLVE));
    assertEquals(ask(2), next(asked, NOTHING, alive(2), Duration.ZERO));
  }

  @Test
  void whoSaysThatItIsAtWorkIsNotReplacedWhileItLives() {
    PreheatRecord asked = fresh(2).resolvedBy("c/n1", false, BEGUN);
    assertEquals(new Step.Wait(), next(asked, working(1), alive(1, 2), LONG));
    assertEquals(ask(2), next(asked, working(1), alive(2), LONG));
    PreheatRecord another = asked.resolvedBy("c/n2", false, BEGUN);
    assertEquals(ask(1), next(another, working(1), alive(1, 2), LONG));
  }

  @Test
  void threeHostsThatRefuseAreBelieved() {
    PreheatRecord once = fresh(4).resolvedBy("c/n1", false, BEGUN);
    Step step = next(once, refused(1), alive(1, 2, 3, 4), Duration.ZERO);
    Step.Ask second = assertInstanceOf(Step.Ask.class, step);
    assertEquals(true, second.refused());
    PreheatRecord twice = once.resolvedBy("c/n2", true, BEGUN);
    assertInstanceOf(Step.Ask.class, next(twice, refused(2), alive(1, 2, 3, 4), Duration.ZERO));
    PreheatRecord thrice = twice.resolvedBy("c/n3", true, BEGUN);
    assertEnds(
        PreheatState.FAILED,
        List.of("cannot be resolved: c/n1: 404"),
        next(thrice, refused(3), alive(1, 2, 3, 4), Duration.ZERO));
  }

  @Test
  void hostsThatAreSilentOrGoneAreNoRefusals() {
    PreheatRecord record = fresh(3);
    for (int i = 0; i < 30; i++) {
      record = record.resolvedBy("c/n1", false, BEGUN);
    }
    assertInstanceOf(Step.Ask.class, next(record, NOTHING, alive(1, 2, 3), Course.TO_RESOLVE));
    assertInstanceOf(
        Step.Ask.class,
        next(record.resolvedBy("c/n2", true, BEGUN), refused(32), alive(1, 2, 3), Duration.ZERO));
  }

  @Test
  void whereFewerAreAllOfThemAreBelieved() {
    PreheatRecord asked = fresh(1).resolvedBy("c/n1", false, BEGUN);
    assertEnds(
        PreheatState.FAILED,
        List.of("cannot be resolved: c/n1: 404"),
        next(asked, refused(1), alive(1), Duration.ZERO));
    PreheatRecord ofTwo = fresh(2).resolvedBy("c/n1", false, BEGUN);
    assertInstanceOf(Step.Ask.class, next(ofTwo, refused(1), alive(1), Duration.ZERO));
  }

  @Test
  void whereNobodyIsAliveSomebodyMayStillCome() {
    assertEquals(
        new Step.Wait(), next(fresh(2), NOTHING, List.of(), Course.SETTLING.minusMillis(1)));
    assertEnds(
        PreheatState.FAILED,
        List.of("no host of its scope is alive"),
        next(fresh(2), NOTHING, List.of(), Course.SETTLING));
  }

  @Test
  void theHostsAreDrawnOnceItIsKnownWhatThereIs() {
    PreheatRecord asked = fresh(2).resolvedBy("c/n1", false, BEGUN);
    Step step = next(asked, Optional.of(Preheats.found()), alive(1, 2), Duration.ZERO);
    Step.Begin begin = assertInstanceOf(Step.Begin.class, step);
    assertEquals(List.of(member(1), member(2)), begin.hosts().stream().sorted().toList());
  }

  @Test
  void whatCannotBeResolvedInTimeFailsWithWhatKeptIt() {
    PreheatRecord asked = fresh(1).resolvedBy("c/n1", false, BEGUN);
    PreheatContentsRecord kept = PreheatContentsRecord.working("c/n1", 1, "503", BEGUN);
    assertEnds(
        PreheatState.FAILED,
        List.of("nobody found out in time what the images consist of: c/n1: 503"),
        next(asked, Optional.of(kept), alive(1), TIMEOUT));
  }

  private static Step running(
      PreheatRecord record, Duration after, List<Candidate> alive, PreheatHostRecord... hosts) {
    Map<Member, PreheatHostRecord> all = new HashMap<>();
    for (PreheatHostRecord host : hosts) {
      all.put(new Member(host.cluster(), host.host()), host);
    }
    return Course.next(
        new Situation(
            record.running(hosts.length, BEGUN),
            Optional.of(Preheats.found()),
            all,
            alive,
            BEGUN.plus(after)));
  }

  @Test
  void itIsASuccessWhenEveryHostHasEveryByteVerified() {
    PreheatHostRecord done = host(1, State.DONE, 10, "");
    assertEnds(
        PreheatState.SUCCESS,
        List.of(),
        running(fresh(2), Duration.ZERO, alive(1), done, host(2, State.DONE, 10, "")));
    assertEquals(
        new Step.Wait(),
        running(fresh(2), Duration.ZERO, alive(1), done, host(2, State.FETCHING, 10, "")));
  }

  @Test
  void hostsThatComeBackWhileItSettlesAreTakenIn() {
    PreheatHostRecord done = host(1, State.DONE, 10, "");
    assertEquals(
        new Step.Widen(List.of(member(2))),
        running(fresh(1), Course.SETTLING.minusMillis(1), alive(1, 2), done));
    assertEnds(
        PreheatState.SUCCESS, List.of(), running(fresh(1), Course.SETTLING, alive(1, 2), done));
  }

  @Test
  void hostsThatWereThereAtFirstAreWaitedForAndThenACause() {
    PreheatHostRecord done = host(1, State.DONE, 10, "");
    assertEquals(
        new Step.Wait(), running(fresh(3), Course.SETTLING.minusMillis(1), alive(1), done));
    assertEnds(
        PreheatState.PARTIAL,
        List.of("2 of the 3 hosts that fitted at first did not come back"),
        running(fresh(3), Course.SETTLING, alive(1), done));
  }

  @Test
  void aNamedClusterInWhichNobodyLivesIsWaitedForAndThenACause() {
    PreheatHostRecord done = host(1, State.DONE, 10, "");
    assertEquals(
        new Step.Wait(),
        running(fresh(1, "c", "d"), Course.SETTLING.minusMillis(1), alive(1), done));
    assertEnds(
        PreheatState.PARTIAL,
        List.of("no host of the cluster d that fits was there"),
        running(fresh(1, "c", "d"), Course.SETTLING, alive(1), done));
  }

  /** After an outage of etcd hosts register one after the other. */
  @Test
  void whileTheRosterFillsItIsNotOver() {
    PreheatHostRecord done = host(1, State.DONE, 10, "");
    Instant now = BEGUN.plusSeconds(8);
    for (Duration ago : List.of(Course.CALM.minusMillis(1), Course.CALM)) {
      List<Candidate> alive = new ArrayList<>();
      alive.add(new Candidate(member(1), true, Map.of(), now.minus(ago)));
      Step step = running(fresh(1), Duration.ofSeconds(8), alive, done);
      assertEquals(ago.equals(Course.CALM), step instanceof Step.End, step::toString);
    }
  }

  @Test
  void hostsThatAreNotSeenYetAreNoSuccess() {
    assertEquals(new Step.Wait(), running(fresh(1), Duration.ZERO, alive(1)));
    assertEnds(
        PreheatState.FAILED,
        List.of("nothing is known of its hosts any more"),
        running(fresh(1), TIMEOUT, alive(1)));
  }
}
