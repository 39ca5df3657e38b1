package dev.darner.state;

import dev.darner.model.Host;
import dev.darner.model.Topology;

/**
 * A host as it introduces itself with each call.
 *
 * @param host who
 * @param version of its sidecar
 * @param topology where it says that it stands
 */
public record Introduction(Host host, String version, Topology topology) {}
