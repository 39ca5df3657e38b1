package dev.darner.schema;

import static java.util.Objects.requireNonNull;

import dev.darner.model.HostId;
import java.time.Instant;

/**
 * A host that let another one down, for the hosts of that one's zone.
 *
 * @param host which
 * @param zone of the host that says so
 * @param unreachable it could not be dialled or went silent; else it did not give what it should
 * @param by who says so
 * @param since when this was written
 */
public record SuspectRecord(
    HostId host, String zone, boolean unreachable, HostId by, Instant since) {

  public SuspectRecord {
    requireNonNull(host, "host");
    requireNonNull(zone, "zone");
    requireNonNull(by, "by");
    requireNonNull(since, "since");
  }
}
