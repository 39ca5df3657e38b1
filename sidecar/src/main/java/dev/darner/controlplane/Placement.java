package dev.darner.controlplane;

import dev.darner.model.Host;
import java.time.Duration;
import java.util.List;

/**
 * What a function decided for this host and a task.
 *
 * @param role what to do
 * @param parents whom to ask, best first; empty unless the role is {@code FROM_PARENTS} or {@code
 *     WAIT}
 * @param fetches this host is the one that fetches the task for its cluster
 * @param again when to ask again, before jitter, if the role is {@code WAIT}; else zero
 */
public record Placement(Role role, List<Parent> parents, boolean fetches, Duration again) {

  /** What a host does for a task. */
  public enum Role {
    FROM_PARENTS,
    READ_ORIGIN,
    USE_HOME_SEEDS,
    /** Take what the parents have, do not read the origin, and ask again. */
    WAIT
  }

  /**
   * A host to ask.
   *
   * @param host who
   * @param sealed it has the whole
   * @param fill it has nothing yet: ask it to fill
   * @param abroad it is in another cluster
   */
  public record Parent(Host host, boolean sealed, boolean fill, boolean abroad) {

    /** One of this host's cluster. */
    public Parent(Host host, boolean sealed, boolean fill) {
      this(host, sealed, fill, false);
    }
  }

  public Placement {
    parents = List.copyOf(parents);
  }

  /** For a host that fetches nothing for others, or reads the origin for them. */
  public Placement(Role role, List<Parent> parents) {
    this(role, parents, role == Role.READ_ORIGIN, Duration.ZERO);
  }
}
