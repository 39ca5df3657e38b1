package dev.darner.schema;

import static java.util.Objects.requireNonNull;

import dev.darner.model.ClusterId;
import dev.darner.model.HostAddress;
import dev.darner.model.HostId;
import java.time.Instant;

/**
 * Who reads a task's origin for all clusters that take from one another.
 *
 * @param cluster the reader's
 * @param host the reader
 * @param address where peers reach it
 * @param since when it took the slot
 * @param landed bytes that it has read, when it told so last
 */
public record FederationSlotRecord(
    ClusterId cluster, HostId host, HostAddress address, Instant since, long landed) {
  public FederationSlotRecord {
    requireNonNull(cluster, "cluster");
    requireNonNull(host, "host");
    requireNonNull(address, "address");
    requireNonNull(since, "since");
    if (landed < 0) {
      throw new IllegalArgumentException("not a number of bytes: " + landed);
    }
  }

  /** Whether it is a host of a cluster. */
  public boolean isOf(ClusterId itsCluster, HostId itsHost) {
    return cluster.equals(itsCluster) && host.equals(itsHost);
  }

  /** The same, of a reader that is so far. */
  public FederationSlotRecord at(long bytes) {
    return new FederationSlotRecord(cluster, host, address, since, bytes);
  }
}
