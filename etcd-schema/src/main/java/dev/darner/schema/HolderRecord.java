package dev.darner.schema;

import static java.util.Objects.requireNonNull;

import dev.darner.model.HostAddress;
import dev.darner.model.HostId;
import java.time.Instant;

/**
 * How much of a task a host has. Where the host is stands here too, so that parents can be named
 * from this record alone.
 *
 * @param host who holds it
 * @param address where peers reach it
 * @param seed it reads origins for its cluster
 * @param sealed it has all of it, and the digest held
 * @param band tenths that have landed, 0 to 10; coarse, so that it is written rarely
 * @param since when this was written
 */
public record HolderRecord(
    HostId host, HostAddress address, boolean seed, boolean sealed, int band, Instant since) {
  /** The band of a host that has every byte. */
  public static final int FULL_BAND = 10;

  public HolderRecord {
    requireNonNull(host, "host");
    requireNonNull(address, "address");
    requireNonNull(since, "since");
    if (band < 0 || band > FULL_BAND) {
      throw new IllegalArgumentException("a band is 0 to " + FULL_BAND + ": " + band);
    }
  }
}
