package dev.darner.preheat;

import dev.darner.schema.PreheatContentsRecord.Content;
import java.util.List;

/**
 * What a host says of an order.
 *
 * @param id of the order
 * @param state where it stands
 * @param cause why it failed, or what keeps it for now; empty otherwise
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

  /**
   * How much of one content a host has.
   *
   * @param bytes that have landed
   * @param size of the whole, 0 while unknown
   * @param sealed it is whole, and verified
   * @param digest of what was sealed, where the content's name is none; empty otherwise
   * @param cause why it failed; empty otherwise
   */
  public record Part(long bytes, long size, boolean sealed, String digest, String cause) {
    public Part {
      if (bytes < 0 || size < 0) {
        throw new IllegalArgumentException("not bytes of a size: %d of %d".formatted(bytes, size));
      }
    }
  }

  public Outcome {
    parts = List.copyOf(parts);
    resolved = List.copyOf(resolved);
  }
}
