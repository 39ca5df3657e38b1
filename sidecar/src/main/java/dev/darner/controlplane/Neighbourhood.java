package dev.darner.controlplane;

import dev.darner.model.Host;
import dev.darner.model.HostAddress;
import java.util.List;

/**
 * Whom this host knows without asking.
 *
 * @param neighbours some hosts of the cluster, this one excluded
 * @param seeds every seed that is known, this host included if it is one
 */
public record Neighbourhood(List<Host> neighbours, List<HostAddress> seeds) {
  /** Nobody is known. */
  public static final Neighbourhood NOBODY = new Neighbourhood(List.of(), List.of());

  public Neighbourhood {
    neighbours = List.copyOf(neighbours);
    seeds = List.copyOf(seeds);
  }
}
