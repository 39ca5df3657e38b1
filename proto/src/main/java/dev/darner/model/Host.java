package dev.darner.model;

/**
 * A node that runs a sidecar.
 *
 * @param cluster whom it prefers
 * @param id its name there
 * @param address where peers reach it
 * @param seed it reads origins for its cluster
 * @param topology where it stands
 */
public record Host(
    ClusterId cluster, HostId id, HostAddress address, boolean seed, Topology topology) {

  /** A host of which nobody says where it stands. */
  public Host(ClusterId cluster, HostId id, HostAddress address, boolean seed) {
    this(cluster, id, address, seed, Topology.NOWHERE);
  }

  /** This host in another cluster. */
  public Host in(ClusterId other) {
    return new Host(other, id, address, seed, topology);
  }
}
