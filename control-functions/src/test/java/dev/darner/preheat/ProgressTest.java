package dev.darner.preheat;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.darner.model.ClusterId;
import dev.darner.model.HostId;
import dev.darner.schema.PreheatHostRecord;
import dev.darner.schema.PreheatHostRecord.Part;
import dev.darner.schema.PreheatHostRecord.State;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private static final Instant NOW = Instant.parse("2026-11-24T07:16:00Z");
  private static final PreheatHostRecord WAITING =
      PreheatHostRecord.waiting(new ClusterId("c"), new HostId("n1"), NOW);

  private static Outcome told(Outcome.State state, String cause, Part... parts) {
    return new Outcome("p/fetch", state, cause, List.of(parts), List.of());
  }

  private static Part part(long bytes, boolean sealed) {
    return new Part(bytes, 100, sealed, "");
  }

  private static Optional<PreheatHostRecord> next(PreheatHostRecord known, Outcome told) {
    return Progress.of(known, told, 2, NOW);
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
    assertEquals(List.of(part(20, false), part(0, false)), more.parts());
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
        next(WAITING, told(Outcome.State.FAILED, "no room", part(3, false), part(0, false)))
            .orElseThrow();
    assertEquals("no room", failed.cause());
    assertEquals(
        Optional.empty(),
        next(failed, told(Outcome.State.DONE, "", part(100, true), part(100, true))));
  }
}
