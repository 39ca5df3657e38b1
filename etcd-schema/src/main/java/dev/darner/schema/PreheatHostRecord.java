package dev.darner.schema;

import static java.util.Objects.requireNonNull;
import static java.util.Objects.requireNonNullElse;

import dev.darner.model.ClusterId;
import dev.darner.model.HostId;
import java.time.Instant;
import java.util.List;

/**
 * How far one host of a preheat's scope is.
 *
 * @param cluster of the host
 * @param host which
 * @param state where it stands
 * @param parts how much of each content it has, in the order of {@link PreheatContentsRecord};
 *     empty before it told
 * @param cause why it failed; empty otherwise
 * @param since when this was written
 */
public record PreheatHostRecord(
    ClusterId cluster, HostId host, State state, List<Part> parts, String cause, Instant since) {
  private static final int LONGEST_CAUSE = 300;

  /** Where a host stands; the last two are for ever. */
  public enum State {
    WAITING,
    FETCHING,
    DONE,
    FAILED;

    public boolean isOver() {
      return this == DONE || this == FAILED;
    }
  }

  /**
   * How much of one content a host has.
   *
   * @param bytes that have landed
   * @param size of the whole, 0 while unknown
   * @param sealed it is whole, and its digest holds
   * @param cause why it failed; empty otherwise
   */
  public record Part(long bytes, long size, boolean sealed, String cause) {
    public Part {
      if (bytes < 0 || size < 0) {
        throw new IllegalArgumentException("not bytes of a size: %d of %d".formatted(bytes, size));
      }
      cause = Json.cut(requireNonNullElse(cause, ""), LONGEST_CAUSE);
    }
  }

  public PreheatHostRecord {
    requireNonNull(cluster, "cluster");
    requireNonNull(host, "host");
    requireNonNull(state, "state");
    parts = List.copyOf(requireNonNullElse(parts, List.of()));
    cause = Json.cut(requireNonNullElse(cause, ""), LONGEST_CAUSE);
    requireNonNull(since, "since");
    if (parts.size() > PreheatContentsRecord.MOST) {
      throw new IllegalArgumentException("more parts than contents: " + parts.size());
    }
  }

  /** One that was told nothing yet. */
  public static PreheatHostRecord waiting(ClusterId cluster, HostId host, Instant now) {
    return new PreheatHostRecord(cluster, host, State.WAITING, List.of(), "", now);
  }
}
