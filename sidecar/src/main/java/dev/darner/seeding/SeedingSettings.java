package dev.darner.seeding;

import dev.darner.model.HostAddress;
import dev.darner.model.Topology;
import dev.darner.transport.Identity;
import java.time.Duration;
import java.util.Optional;

/**
 * How this host gives to its peers.
 *
 * @param listen where peers ask, over gRPC; port 0 for one that the system chooses
 * @param bulkListen where they take pieces; port 0 for one that the system chooses
 * @param uploads pieces that are given at a time; who asks for one more is told at once to ask
 *     somebody else
 * @param heartbeat a follower hears at least so often how much of an unsealed task is here
 * @param receiverLimit a receiver that takes nothing for so long is cut off
 * @param topology where this host stands
 * @param identity who this host is to its peers, over TLS; empty for plain text with anybody
 */
public record SeedingSettings(
    HostAddress listen,
    HostAddress bulkListen,
    int uploads,
    Duration heartbeat,
    Duration receiverLimit,
    Topology topology,
    Optional<Identity> identity) {
  private static final int DEFAULT_UPLOADS = 64;
  private static final Duration DEFAULT_HEARTBEAT = Duration.ofSeconds(1);
  private static final Duration DEFAULT_RECEIVER_LIMIT = Duration.ofSeconds(30);

  public SeedingSettings {
    if (uploads < 1) {
      throw new IllegalArgumentException("at least one upload at a time: " + uploads);
    }
    if (!heartbeat.isPositive() || !receiverLimit.isPositive()) {
      throw new IllegalArgumentException("heartbeat and receiverLimit must be positive");
    }
  }

  /** What a node uses unless told otherwise. */
  public static SeedingSettings at(HostAddress listen, HostAddress bulkListen) {
    return new SeedingSettings(
        listen,
        bulkListen,
        DEFAULT_UPLOADS,
        DEFAULT_HEARTBEAT,
        DEFAULT_RECEIVER_LIMIT,
        Topology.UNKNOWN,
        Optional.empty());
  }

  /** These settings with another number of uploads at a time. */
  public SeedingSettings withUploads(int other) {
    return new SeedingSettings(
        listen, bulkListen, other, heartbeat, receiverLimit, topology, identity);
  }

  /** These settings with another identity. */
  public SeedingSettings withIdentity(Optional<Identity> other) {
    return new SeedingSettings(
        listen, bulkListen, uploads, heartbeat, receiverLimit, topology, other);
  }

  /** These settings of a host that stands there. */
  public SeedingSettings withTopology(Topology other) {
    return new SeedingSettings(
        listen, bulkListen, uploads, heartbeat, receiverLimit, other, identity);
  }
}
