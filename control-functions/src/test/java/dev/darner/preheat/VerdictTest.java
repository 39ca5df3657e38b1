package dev.darner.preheat;

import static dev.darner.preheat.Preheats.BEGUN;
import static dev.darner.preheat.Preheats.TIMEOUT;
import static dev.darner.preheat.Preheats.alive;
import static dev.darner.preheat.Preheats.fresh;
import static dev.darner.preheat.Preheats.host;
import static dev.darner.preheat.Preheats.member;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.darner.model.TaskId;
import dev.darner.preheat.Course.Situation;
import dev.darner.preheat.Course.Step;
import dev.darner.schema.PreheatContentsRecord;
import dev.darner.schema.PreheatContentsRecord.Content;
import dev.darner.schema.PreheatHostRecord;
import dev.darner.schema.PreheatHostRecord.State;
import dev.darner.schema.PreheatState;
import dev.darner.schema.PreheatSums;
import dev.darner.state.Member;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class VerdictTest {
  private static final String NEW = "sha256:" + "11".repeat(32);
  private static final String OLD = "sha256:" + "22".repeat(32);
  private static final PreheatContentsRecord FILE =
      PreheatContentsRecord.found(
          "",
          0,
          List.of(
              new Content(
                  new TaskId("url:" + "cd".repeat(32)), 0, "https://files.example/a?k=s", false)),
          BEGUN);

  private static Step.End end(PreheatContentsRecord contents, PreheatHostRecord... hosts) {
    Map<Member, PreheatHostRecord> all = new HashMap<>();
    for (PreheatHostRecord host : hosts) {
      all.put(new Member(host.cluster(), host.host()), host);
    }
    return Verdict.of(
        new Situation(
            fresh(hosts.length).running(hosts.length, BEGUN),
            Optional.of(contents),
            all,
            alive(1, 3),
            BEGUN.plus(TIMEOUT)));
  }

  @Test
  void itIsPartialWhenSomeHaveItAndEachOtherIsNamed() {
    Step.End end =
        end(
            Preheats.found(),
            host(1, State.DONE, 10, ""),
            host(2, State.FETCHING, 4, ""),
            host(3, State.WAITING, 0, "503 of registry.example"),
            host(4, State.FAILED, 4, "no room"));
    assertEquals(
        List.of(
            "c/n2: the host is gone; 40 % when the time was over",
            "c/n3: not done; 0 % when the time was over: 503 of registry.example", "c/n4: no room"),
        end.causes());
    assertEquals(PreheatState.PARTIAL, end.state());
    assertEquals(new PreheatSums(4, 1, 1, 18, 40), end.sums());
  }

  @Test
  void itIsAFailureWhenNobodyHasIt() {
    Step.End end = end(Preheats.found(), host(2, State.FAILED, 4, "no room"));
    assertEquals(PreheatState.FAILED, end.state());
    assertEquals(List.of("c/n2: no room"), end.causes());
  }

  private static PreheatHostRecord copy(int number, String digest) {
    Map<Integer, String> copies = digest.isEmpty() ? Map.of() : Map.of(0, digest);
    return host(member(number), State.DONE, 10, copies, "");
  }

  @Test
  void hostsWhoseCopyOfAUrlIsNotThatOfMostAreNamed() {
    Step.End end = end(FILE, copy(1, OLD), copy(2, NEW), copy(3, NEW));
    assertEquals(PreheatState.PARTIAL, end.state());
    assertEquals(
        List.of(
            "c/n1: its copy is %s, that of others %s: https://files.example/a".formatted(OLD, NEW)),
        end.causes());
    assertEquals(2, end.sums().done());
    assertEquals(PreheatState.SUCCESS, end(FILE, copy(1, NEW), copy(2, NEW)).state());
  }

  @Test
  void oneThatDoesNotSayWhatItSealedIsNamed() {
    Step.End end = end(FILE, copy(1, NEW), copy(2, ""));
    assertEquals(
        List.of("c/n2: it did not say which copy it has of https://files.example/a"), end.causes());
    assertEquals(PreheatState.FAILED, end(FILE, copy(1, "")).state());
  }
}
