package dev.darner.schema;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonCreator;
import dev.darner.model.HostAddress;
import dev.darner.model.HostId;
import java.time.Instant;

/**
 * Who reads a task's origin for its cluster, or takes the task from another cluster.
 *
 * @param host the reader
 * @param address where peers reach it
 * @param since when it took the slot
 * @param landed bytes that it has read, when it told so last; a reader whose slot does not change
 *     for a while has stalled, and loses it
 * @param place its place in the cluster's origin budget, from 1; 0 without one
 * @param abroad it takes the task from another cluster, and does not read the origin
 */
public record OriginSlotRecord(
    HostId host, HostAddress address, Instant since, long landed, int place, boolean abroad) {

  @JsonCreator
  public OriginSlotRecord {
    requireNonNull(host, "host");
    requireNonNull(address, "address");
    requireNonNull(since, "since");
    if (landed < 0 || place < 0) {
      throw new IllegalArgumentException(
          "not a number of bytes, or no place: %d, %d".formatted(landed, place));
    }
  }

  /** Of a reader of the origin, in a cluster without a budget. */
  public OriginSlotRecord(HostId host, HostAddress address, Instant since, long landed) {
    this(host, address, since, landed, 0, false);
  }

  /** The same, of a reader that is so far. */
  public OriginSlotRecord at(long bytes) {
    return new OriginSlotRecord(host, address, since, bytes, place, abroad);
  }
}
