package dev.darner.preheat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.ClusterId;
import dev.darner.model.HostId;
import dev.darner.model.PreheatId;
import dev.darner.model.TaskId;
import dev.darner.preheat.Course.Situation;
import dev.darner.preheat.Course.Step;
import dev.darner.preheat.Draw.Candidate;
import dev.darner.schema.PreheatContentsRecord;
import dev.darner.schema.PreheatHostRecord;
import dev.darner.schema.PreheatHostRecord.Part;
import dev.darner.schema.PreheatHostRecord.State;
import dev.darner.schema.PreheatRecord;
import dev.darner.schema.PreheatRequest;
import dev.darner.schema.PreheatScope;
import dev.darner.schema.PreheatState;
import dev.darner.state.Member;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CourseTest {
  private static final Instant BEGUN = Instant.parse("2026-11-24T07:16:00Z");
  private static final Duration TIMEOUT = Duration.ofMinutes(10);
  private static final TaskId TASK = new TaskId("sha256:" + "ab".repeat(32));
  private static final PreheatRequest REQUEST =
      new PreheatRequest(
          List.of("docker.io/library/alpine:3"),
          List.of(),
          List.of(),
          PreheatScope.ALL_HOSTS,
          List.of(),
          Map.of(),
          0,
          0,
          5,
          TIMEOUT.toSeconds());
  private static final PreheatRecord FRESH =
      PreheatRecord.begun(new PreheatId("p1"), REQUEST, "", BEGUN);

  private static Member member(int number) {
    return new Member(new ClusterId("c"), new HostId("n" + number));
  }

  private static List<Candidate> alive(int... numbers) {
    return IntStream.of(numbers).mapToObj(n -> new Candidate(member(n), n == 1, Map.of())).toList();
  }

  private static PreheatContentsRecord told(int attempt, String cause) {
    return new PreheatContentsRecord(
        "c/n1",
        attempt,
        cause,
        cause.isEmpty()
            ? List.of(new PreheatContentsRecord.Content(TASK, 10, "docker.io/a", false))
            : List.of(),
        BEGUN);
  }

  private static Step next(
      PreheatRecord record,
      Optional<PreheatContentsRecord> told,
      List<Candidate> alive,
      Duration after) {
    return Course.next(new Situation(record, told, Map.of(), alive, BEGUN.plus(after)));
  }

  private static Step ends(PreheatState state, String cause) {
    return new Step.End(state, cause.isEmpty() ? List.of() : List.of(cause));
  }

  @Test
  void aSeedOfTheScopeIsAskedFirst() {
    assertEquals(
        new Step.Ask(member(1)), next(FRESH, Optional.empty(), alive(3, 2, 1), Duration.ZERO));
  }

  @Test
  void whoIsAskedIsWaitedForWhileItLives() {
    PreheatRecord asked = FRESH.resolvedBy("c/n1", BEGUN);
    assertEquals(
        new Step.Wait(),
        next(asked, Optional.empty(), alive(1, 2), Course.TO_RESOLVE.minusMillis(1)));
    assertEquals(
        new Step.Ask(member(2)), next(asked, Optional.empty(), alive(1, 2), Course.TO_RESOLVE));
    assertEquals(new Step.Ask(member(2)), next(asked, Optional.empty(), alive(2), Duration.ZERO));
  }

  @Test
  void aHostThatFailsIsFollowedByAnotherUntilThreeSaidSo() {
    PreheatRecord once = FRESH.resolvedBy("c/n1", BEGUN);
    Optional<PreheatContentsRecord> refused = Optional.of(told(1, "404"));
    assertEquals(new Step.Ask(member(2)), next(once, refused, alive(1, 2), Duration.ZERO));
    PreheatRecord thrice = once.resolvedBy("c/n2", BEGUN).resolvedBy("c/n1", BEGUN);
    assertEquals(
        ends(PreheatState.FAILED, "cannot be resolved: c/n1: 404"),
        next(thrice, Optional.of(told(3, "404")), alive(1, 2), Duration.ZERO));
  }

  @Test
  void whereNobodyIsAliveSomebodyMayStillCome() {
    assertEquals(
        new Step.Wait(), next(FRESH, Optional.empty(), List.of(), Course.TO_COME.minusMillis(1)));
    assertEquals(
        ends(PreheatState.FAILED, "no host of its scope is alive"),
        next(FRESH, Optional.empty(), List.of(), Course.TO_COME));
  }

  @Test
  void theHostsAreFixedOnceItIsKnownWhatThereIs() {
    Step step =
        next(FRESH.resolvedBy("c/n1", BEGUN), Optional.of(told(1, "")), alive(1, 2), Duration.ZERO);
    Step.Begin begin = assertInstanceOf(Step.Begin.class, step);
    assertEquals(List.of(member(1), member(2)), begin.hosts().stream().sorted().toList());
  }

  @Test
  void whatCannotBeResolvedInTimeFails() {
    Step step = next(FRESH.resolvedBy("c/n1", BEGUN), Optional.empty(), alive(1), TIMEOUT);
    assertEquals(PreheatState.FAILED, assertInstanceOf(Step.End.class, step).state());
  }

  private static PreheatHostRecord host(int number, State state, long bytes, String cause) {
    List<Part> parts = List.of(new Part(bytes, 10, state == State.DONE, cause));
    Member member = member(number);
    return new PreheatHostRecord(member.cluster(), member.host(), state, parts, cause, BEGUN);
  }

  private static Step running(Duration after, List<Candidate> alive, PreheatHostRecord... hosts) {
    Map<Member, PreheatHostRecord> all = new HashMap<>();
    for (PreheatHostRecord host : hosts) {
      all.put(new Member(host.cluster(), host.host()), host);
    }
    return Course.next(
        new Situation(
            FRESH.running(BEGUN), Optional.of(told(1, "")), all, alive, BEGUN.plus(after)));
  }

  @Test
  void itIsASuccessWhenEveryHostHasEveryByteVerified() {
    assertEquals(
        ends(PreheatState.SUCCESS, ""),
        running(Duration.ZERO, alive(1), host(1, State.DONE, 10, ""), host(2, State.DONE, 10, "")));
    assertEquals(
        new Step.Wait(),
        running(
            Duration.ZERO, alive(1), host(1, State.DONE, 10, ""), host(2, State.FETCHING, 10, "")));
  }

  @Test
  void itIsPartialWhenSomeHaveItAndEachOtherIsNamed() {
    assertEquals(
        ends(PreheatState.PARTIAL, "c/n2: no room"),
        running(
            Duration.ZERO,
            alive(1, 2),
            host(1, State.DONE, 10, ""),
            host(2, State.FAILED, 4, "no room")));
  }

  @Test
  void itIsAFailureWhenNobodyHasIt() {
    assertEquals(
        ends(PreheatState.FAILED, "c/n2: no room"),
        running(Duration.ZERO, alive(2), host(2, State.FAILED, 4, "no room")));
  }

  @Test
  void aHostThatIsGoneIsWaitedForUntilTheTimeIsOver() {
    PreheatHostRecord[] hosts = {
      host(1, State.DONE, 10, ""), host(2, State.FETCHING, 4, ""), host(3, State.WAITING, 0, "")
    };
    assertEquals(new Step.Wait(), running(TIMEOUT.minusMillis(1), alive(1, 3), hosts));
    Step.End end = assertInstanceOf(Step.End.class, running(TIMEOUT, alive(1, 3), hosts));
    assertEquals(PreheatState.PARTIAL, end.state());
    assertEquals(
        List.of(
            "c/n2: the host is gone; 40 % when the time was over",
            "c/n3: not done; 0 % when the time was over"),
        end.causes());
  }

  @Test
  void hostsThatAreNotSeenYetAreNoSuccess() {
    assertTrue(running(Duration.ZERO, alive(1)) instanceof Step.Wait);
  }
}
