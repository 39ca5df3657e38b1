package dev.darner.state;

import dev.darner.model.Host;
import dev.darner.model.Topology;

/**
 * A host as it introduces itself with each call.
 *
 * @param host who
 * @param version of its sidecar
 */
public record Introduction(Host host, String version) {

  /** Where it says that it stands, or what its address tells of that. */
  public Topology topology() {
    return host.topology().at(host.address());
  }
}
