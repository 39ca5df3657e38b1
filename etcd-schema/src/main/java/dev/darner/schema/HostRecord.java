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
    Instant since) {
  private static final int LONGEST_VERSION = 64;

  public HostRecord {
    requireNonNull(host, "host");
    requireNonNull(cluster, "cluster");
    requireNonNull(address, "address");
    zone = zone == null ? "" : zone;
    region = region == null ? "" : region;
    labels = labels == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(labels));
    var _ = new Topology(zone, region, labels);
    version = Json.cut(requireNonNull(version, "version"), LONGEST_VERSION);
    requireNonNull(since, "since");
  }
}
