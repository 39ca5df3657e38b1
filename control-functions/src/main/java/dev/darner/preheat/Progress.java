package dev.darner.preheat;

import dev.darner.preheat.Outcome.Part;
import dev.darner.schema.PreheatContentsRecord.Content;
import dev.darner.schema.PreheatHostRecord;
import dev.darner.schema.PreheatHostRecord.State;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What a host's word changes of what is written about it. Pure. */
final class Progress {
  private Progress() {}

  /**
   * The host's record as it shall be; empty when it stands so, or nearly: another tenth of the
   * bytes, another state, or that something keeps it or does so no more, is worth writing.
   *
   * @param contents of the preheat: a host that says it is done, and does not say of each that it
   *     is sealed, has failed
   */
  static Optional<PreheatHostRecord> of(
      PreheatHostRecord known, Outcome told, List<Content> contents, Instant now) {
    Landed before = Landed.of(known);
    Landed landed = told.parts().isEmpty() ? before : Landed.of(told.parts(), contents);
    State state =
        switch (told.state()) {
          case RUNNING -> State.FETCHING;
          case DONE -> landed.isWhole(contents.size()) ? State.DONE : State.FAILED;
          case FAILED -> State.FAILED;
        };
    String cause = cause(state, told);
    boolean same =
        known.state() == state
            && landed.band() == before.band()
            && known.cause().isEmpty() == cause.isEmpty();
    return known.state().isOver() || same
        ? Optional.empty()
        : Optional.of(record(known, state, landed, cause, now));
  }

  private static PreheatHostRecord record(
      PreheatHostRecord known, State state, Landed landed, String cause, Instant now) {
    return new PreheatHostRecord(
        known.cluster(),
        known.host(),
        state,
        landed.text(),
        landed.bytes(),
        landed.size(),
        landed.copies(),
        cause,
        now);
  }

  private static String cause(State state, Outcome told) {
    if (state != State.FAILED) {
      return state == State.FETCHING ? told.cause() : "";
    }
    return told.cause().isEmpty()
        ? told.parts().stream()
            .map(Part::cause)
            .filter(cause -> !cause.isEmpty())
            .findFirst()
            .orElse("it did not say of each content that it is verified")
        : told.cause();
  }
}
