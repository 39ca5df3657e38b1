package dev.darner.schema;

import static java.util.Objects.requireNonNull;

import dev.darner.model.ClusterId;
import dev.darner.model.HostAddress;
import dev.darner.model.HostId;
import dev.darner.model.Topology;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * A host that lives, as membership knows it.
 *
 * @param host its name
 * @param cluster whom it prefers
 * @param address where peers reach it
 * @param seed it reads origins for its cluster
 * @param zone where it stands, as {@link Topology} has it; empty when unsaid
 * @param region of it
 * @param labels of it
 * @param version of its sidecar, cut at {@value #LONGEST_VERSION} characters
 * @param lease that everything of this host hangs on
 * @param boot which start of the host's process announced the generation; 0 while it is not known
 * @param generation of its inventory that is written here
 * @param load how busy it is with giving: {@value #FREE}, {@value #BUSY} or {@value #FULL}; coarse,
 *     so that it is written rarely
 * @param since when the lease was granted
 */
public record HostRecord(
    HostId host,
    ClusterId cluster,
    HostAddress address,
    boolean seed,
    String zone,
    String region,
    Map<String, String> labels,
    String version,
    @Json.Hexadecimal long lease,
    long boot,
    long generation,
    int load,
    Instant since) {
  /** It could give more. */
  public static final int FREE = 0;

  /** More than half of what it gives at once is in use. */
  public static final int BUSY = 1;

  /** Nearly all of it is. */
  public static final int FULL = 2;

  private static final int LONGEST_VERSION = 64;

  public HostRecord {
    requireNonNull(host, "host");
    requireNonNull(cluster, "cluster");
    requireNonNull(address, "address");
    zone = zone == null ? "" : zone;
    region = region == null ? "" : region;
    labels =
        labels == null || labels.isEmpty()
            ? Map.of()
            : Collections.unmodifiableMap(new TreeMap<>(labels));
    var _ = new Topology(zone, region, labels);
    version = Json.cut(requireNonNull(version, "version"), LONGEST_VERSION);
    requireNonNull(since, "since");
    if (load < FREE || load > FULL) {
      throw new IllegalArgumentException("a load is 0 to " + FULL + ": " + load);
    }
  }

  /** Where it stands, as far as is known: by what it says, else by its address. */
  public Topology topology() {
    return new Topology(zone, region, labels).at(address);
  }

  /**
   * The same, of the very objects of an earlier record of the host where they are equal: all that
   * is known of what it holds refers to them.
   */
  public HostRecord like(HostRecord before) {
    return new HostRecord(
        either(before.host, host),
        either(before.cluster, cluster),
        either(before.address, address),
        seed,
        either(before.zone, zone),
        either(before.region, region),
        labels,
        either(before.version, version),
        lease,
        boot,
        generation,
        load,
        since);
  }

  private static <T> T either(T before, T now) {
    return before.equals(now) ? before : now;
  }
}
