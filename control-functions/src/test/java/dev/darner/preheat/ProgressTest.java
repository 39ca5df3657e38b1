package dev.darner.preheat;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.darner.model.ClusterId;
import dev.darner.model.HostId;
import dev.darner.model.TaskId;
import dev.darner.preheat.Outcome.Part;
import dev.darner.schema.PreheatContentsRecord.Content;
import dev.darner.schema.PreheatHostRecord;
import dev.darner.schema.PreheatHostRecord.State;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private static final Instant NOW = Instant.parse("2026-11-24T07:16:00Z");
  private static final PreheatHostRecord WAITING =
      PreheatHostRecord.waiting(new ClusterId("c"), new HostId("n1"), NOW);

  private static final String DIGEST = "sha256:" + "ab".repeat(32);
  private static final List<Content> CONTENTS =
      List.of(
          new Content(new TaskId(DIGEST), 100, "docker.io/a", false),
          new Content(new TaskId("url:" + "cd".repeat(32)), 0, "https://files.example/a", false));

  private static Outcome told(Outcome.State state, String cause, Part... parts) {
    return new Outcome("p/fetch", state, cause, List.of(parts), List.of());
  }

  private static Part part(long bytes, boolean sealed) {
    return new Part(bytes, 100, sealed, "", "");
  }

  private static Optional<PreheatHostRecord> next(PreheatHostRecord known, Outcome told) {
    return Progress.of(known, told, CONTENTS, NOW);
  }

  @Test
  void onlyAnotherTenthIsWorthWriting() {
    PreheatHostRecord begun =
        next(WAITING, told(Outcome.State.RUNNING, "", part(19, false), part(0, false)))
            .orElseThrow();
    assertEquals(State.FETCHING, begun.state());
    assertEquals(
        Optional.empty(),
        next(begun, told(Outcome.State.RUNNING, "", part(19, false), part(0, false))));
    assertEquals(Optional.empty(), next(begun, told(Outcome.State.RUNNING, "")));
    PreheatHostRecord more =
        next(begun, told(Outcome.State.RUNNING, "", part(20, false), part(0, false))).orElseThrow();
    assertEquals("20", more.landed());
    assertEquals(20, more.bytes());
    assertEquals(200, more.size());
  }

  @Test
  void whatKeepsAHostIsWrittenWhenItBeginsAndWhenItCeases() {
    PreheatHostRecord kept =
        next(WAITING, told(Outcome.State.RUNNING, "503", part(19, false), part(0, false)))
            .orElseThrow();
    assertEquals("503", kept.cause());
    assertEquals(Optional.empty(), next(kept, told(Outcome.State.RUNNING, "429")));
    PreheatHostRecord free = next(kept, told(Outcome.State.RUNNING, "")).orElseThrow();
    assertEquals("", free.cause());
    assertEquals("10", free.landed());
  }

  @Test
  void theDigestIsKeptOfWhatHasNoneInItsName() {
    Part named = new Part(100, 100, true, DIGEST, "");
    PreheatHostRecord done =
        next(WAITING, told(Outcome.State.DONE, "", named, named)).orElseThrow();
    assertEquals(State.DONE, done.state());
    assertEquals("ss", done.landed());
    assertEquals(Map.of(1, DIGEST), done.copies());
  }

  @Test
  void doneIsBelievedOnlyWhereEveryContentIsVerified() {
    assertEquals(
        State.DONE,
        next(WAITING, told(Outcome.State.DONE, "", part(100, true), part(100, true)))
            .orElseThrow()
            .state());
    PreheatHostRecord unsealed =
        next(WAITING, told(Outcome.State.DONE, "", part(100, true), part(100, false)))
            .orElseThrow();
    assertEquals(State.FAILED, unsealed.state());
    assertEquals("it did not say of each content that it is verified", unsealed.cause());
    assertEquals(
        State.FAILED,
        next(WAITING, told(Outcome.State.DONE, "", part(100, true))).orElseThrow().state());
  }

  @Test
  void aFailureKeepsItsCauseAndIsForEver() {
    PreheatHostRecord failed =
        next(
                WAITING,
                told(
                    Outcome.State.FAILED,
                    "no room",
                    new Part(3, 100, false, "", "no room"),
                    part(99, false)))
            .orElseThrow();
    assertEquals("no room", failed.cause());
    assertEquals("x9", failed.landed());
    assertEquals(
        Optional.empty(),
        next(failed, told(Outcome.State.DONE, "", part(100, true), part(100, true))));
  }
}
