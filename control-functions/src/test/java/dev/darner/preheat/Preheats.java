package dev.darner.preheat;

import dev.darner.model.ClusterId;
import dev.darner.model.HostId;
import dev.darner.model.PreheatId;
import dev.darner.model.TaskId;
import dev.darner.preheat.Draw.Candidate;
import dev.darner.schema.PreheatContentsRecord;
import dev.darner.schema.PreheatContentsRecord.Content;
import dev.darner.schema.PreheatHostRecord;
import dev.darner.schema.PreheatHostRecord.State;
import dev.darner.schema.PreheatRecord;
import dev.darner.schema.PreheatRequest;
import dev.darner.schema.PreheatScope;
import dev.darner.state.Member;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** What the tests of preheats are about. */
final class Preheats {
  static final Instant BEGUN = Instant.parse("2026-11-24T07:16:00Z");
  static final Duration TIMEOUT = Duration.ofMinutes(10);
  static final TaskId TASK = new TaskId("sha256:" + "ab".repeat(32));
  static final String IMAGE = "docker.io/library/alpine:3";
  static final String PLACE = "docker.io/library/alpine";

  private Preheats() {}

  static Member member(int number) {
    return member("c", number);
  }

  static Member member(String cluster, int number) {
    return new Member(new ClusterId(cluster), new HostId("n" + number));
  }

  /** Hosts that have lived for long; the first is a seed. */
  static List<Candidate> alive(int... numbers) {
    return IntStream.of(numbers)
        .mapToObj(n -> new Candidate(member(n), n == 1, Map.of(), Instant.EPOCH))
        .toList();
  }

  static PreheatRequest request(PreheatScope scope, int count, int priority) {
    return new PreheatRequest(
        List.of(IMAGE),
        List.of(),
        Map.of(),
        List.of(),
        scope,
        List.of(),
        Map.of(),
        count,
        0,
        priority,
        TIMEOUT.toSeconds());
  }

  /** One that was just begun, for all hosts, when so many were there. */
  static PreheatRecord fresh(int expected, String... awaited) {
    return PreheatRecord.begun(
        new PreheatId("p1"),
        request(PreheatScope.ALL_HOSTS, 0, 5),
        List.of(awaited),
        expected,
        "",
        BEGUN);
  }

  static PreheatContentsRecord found() {
    return PreheatContentsRecord.found(
        "c/n1", 1, List.of(new Content(TASK, 10, PLACE, false)), BEGUN);
  }

  static PreheatHostRecord host(int number, State state, long bytes, String cause) {
    return host(member(number), state, bytes, Map.of(), cause);
  }

  static PreheatHostRecord host(
      Member member, State state, long bytes, Map<Integer, String> copies, String cause) {
    String landed = state == State.DONE ? "s" : Long.toString(Math.min(9, bytes));
    return new PreheatHostRecord(
        member.cluster(), member.host(), state, landed, bytes, 10, copies, cause, BEGUN);
  }
}
