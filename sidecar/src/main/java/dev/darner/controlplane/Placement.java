package dev.darner.controlplane;

import dev.darner.model.Host;
import java.util.List;

/**
 * What a function decided for this host and a task.
 *
 * @param role what to do
 * @param parents whom to ask, best first; empty unless the role is {@code FROM_PARENTS}
 */
public record Placement(Role role, List<Parent> parents) {

  /** What a host does for a task. */
  public enum Role {
    FROM_PARENTS,
    READ_ORIGIN,
    USE_HOME_SEEDS
  }

  /**
   * A host to ask.
   *
   * @param host who
   * @param sealed it has the whole
   * @param fill it has nothing yet: ask it to fill
   */
  public record Parent(Host host, boolean sealed, boolean fill) {}

  public Placement {
    parents = List.copyOf(parents);
  }
}
