package dev.darner.placement;

import java.util.List;

/**
 * What a host is told in answer to its wish.
 *
 * @param role what to do
 * @param parents whom to ask, best first; none unless the role is to take from them
 * @param degraded this is from an old view, and nothing was written
 */
public record Assignment(Role role, List<Parent> parents, boolean degraded) {
  public Assignment {
    parents = List.copyOf(parents);
  }
}
