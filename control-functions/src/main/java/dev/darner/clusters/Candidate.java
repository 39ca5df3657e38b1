package dev.darner.clusters;

import dev.darner.model.HostId;
import java.net.InetAddress;
import java.util.Optional;

/**
 * A host whose cluster is looked for.
 *
 * @param name of the host
 * @param address where peers reach it, without its port; a name is not looked up, and fits no CIDR
 * @param zone where it stands; empty when unsaid
 * @param region where it stands; empty when unsaid
 */
public record Candidate(HostId name, String address, String zone, String region) {

  /** The address, if it is no name. */
  Optional<InetAddress> ip() {
    try {
      return Optional.of(InetAddress.ofLiteral(address));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
