package dev.darner.preheat;

import dev.darner.schema.PreheatHostRecord;
import dev.darner.schema.PreheatHostRecord.Part;
import dev.darner.schema.PreheatHostRecord.State;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What a host's word changes of what is written about it. Pure. */
final class Progress {
  private Progress() {}

  /**
   * The host's record as it shall be; empty when it stands so, or nearly: another tenth of the
   * bytes, or another state, is worth writing.
   *
   * @param contents how many the preheat has: a host that says it is done, and does not say of each
   *     that it is sealed, has failed
   */
  static Optional<PreheatHostRecord> of(
      PreheatHostRecord known, Outcome told, int contents, Instant now) {
    List<Part> parts = told.parts().isEmpty() ? known.parts() : told.parts();
    boolean whole = parts.size() == contents && Amount.of(parts).isWhole();
    State state =
        switch (told.state()) {
          case RUNNING -> State.FETCHING;
          case DONE -> whole ? State.DONE : State.FAILED;
          case FAILED -> State.FAILED;
        };
    boolean same =
        known.state() == state && Amount.of(parts).band() == Amount.of(known.parts()).band();
    if (known.state().isOver() || same) {
      return Optional.empty();
    }
    return Optional.of(
        new PreheatHostRecord(
            known.cluster(), known.host(), state, parts, cause(state, told, parts), now));
  }

  private static String cause(State state, Outcome told, List<Part> parts) {
    if (state != State.FAILED) {
      return "";
    }
    return told.cause().isEmpty()
        ? parts.stream()
            .map(Part::cause)
            .filter(cause -> !cause.isEmpty())
            .findFirst()
            .orElse("it did not say of each content that it is verified")
        : told.cause();
  }
}
