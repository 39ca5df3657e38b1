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
 */
public record OriginSlotRecord(HostId host, HostAddress address, Instant since) {
  public OriginSlotRecord {
    requireNonNull(host, "host");
    requireNonNull(address, "address");
    requireNonNull(since, "since");
  }
}
