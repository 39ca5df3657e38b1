package dev.darner.preheat;

import dev.darner.schema.PreheatContentsRecord.Content;
import dev.darner.schema.PreheatHostRecord.Part;
import java.util.List;

/**
 * What a host says of an order.
 *
 * @param id of the order
 * @param state where it stands
 * @param cause why it failed; empty otherwise
 * @param parts of a fetch, how much of each content it has; empty when that did not change much
 * @param resolved of a resolve that is done, what there is
 */
public record Outcome(
    String id, State state, String cause, List<Part> parts, List<Content> resolved) {

  /** Where an order stands. */
  public enum State {
    RUNNING,
    DONE,
    FAILED
  }

  public Outcome {
    parts = List.copyOf(parts);
    resolved = List.copyOf(resolved);
  }
}
