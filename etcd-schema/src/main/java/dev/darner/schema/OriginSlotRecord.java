package dev.darner.schema;

import static java.util.Objects.requireNonNull;

import dev.darner.model.HostAddress;
import dev.darner.model.HostId;
import java.time.Instant;

/**
 * Who reads a task's origin.
 *
 * @param host the reader
 * @param address where peers reach it
 * @param since when it took the slot
 * @param landed bytes that it has read, when it told so last; a reader whose slot does not change
 *     for a while has stalled, and loses it
 */
public record OriginSlotRecord(HostId host, HostAddress address, Instant since, long landed) {
  public OriginSlotRecord {
    requireNonNull(host, "host");
    requireNonNull(address, "address");
    requireNonNull(since, "since");
    if (landed < 0) {
      throw new IllegalArgumentException("not a number of bytes: " + landed);
    }
  }
}
