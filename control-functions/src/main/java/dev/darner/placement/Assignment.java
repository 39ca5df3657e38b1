package dev.darner.placement;

import java.time.Duration;
import java.util.List;

/**
 * What a host is told in answer to its wish.
 *
 * @param role what to do
 * @param parents whom to ask, best first; none unless the role is to take from them, or to wait
 * @param degraded this is from an old view, and nothing was written
 * @param fetches the asker is the one that fetches the task for its cluster
 * @param again when to ask again, if the role is to wait; else zero
 */
public record Assignment(
    Role role, List<Parent> parents, boolean degraded, boolean fetches, Duration again) {
  public Assignment {
    parents = List.copyOf(parents);
  }

  /** For a host that takes from its own cluster, or is told to meet others. */
  Assignment(Role role, List<Parent> parents, boolean degraded) {
    this(role, parents, degraded, false, Duration.ZERO);
  }
}
