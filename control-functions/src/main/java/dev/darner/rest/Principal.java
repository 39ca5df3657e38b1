package dev.darner.rest;

import dev.darner.model.ClusterId;
import dev.darner.schema.AccessRole;
import io.helidon.common.parameters.Parameters;
import io.helidon.http.Status;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Who asks.
 *
 * @param token id of the token that was shown; empty when none is needed
 * @param name of the token
 * @param role what it may do
 * @param clusters where it may; empty for everywhere
 * @param address of the caller
 */
public record Principal(
    String token, String name, AccessRole role, Set<ClusterId> clusters, String address) {
  public Principal {
    clusters = Set.copyOf(clusters);
  }

  /** Somebody, where everybody may do everything. */
  static Principal anybody(String address) {
    return new Principal("", "open", AccessRole.ADMIN, Set.of(), address);
  }

  /** Whether it may ask about a cluster, and change it as its role says. */
  public boolean reaches(ClusterId cluster) {
    return clusters.isEmpty() || clusters.contains(cluster);
  }

  /**
   * Whether it may ask about what concerns all of some clusters.
   *
   * @param concerned empty for every cluster
   */
  public boolean reachesAll(Collection<ClusterId> concerned) {
    return clusters.isEmpty() || (!concerned.isEmpty() && clusters.containsAll(concerned));
  }

  /**
   * Refuses a cluster that is out of reach.
   *
   * @throws Problem 403
   */
  public void requireReach(ClusterId cluster) {
    if (!reaches(cluster)) {
      throw new Problem(Status.FORBIDDEN_403, "this token is not for the cluster " + cluster);
    }
  }

  /**
   * The clusters that a query is about: the one that it names, or all of some that are in reach.
   *
   * @throws Problem 400 when it names what can be none, 403 when that is out of reach
   */
  public List<ClusterId> asked(Parameters query, Collection<ClusterId> all) {
    Optional<ClusterId> only =
        Problem.reading(() -> query.first("cluster").asOptional().map(ClusterId::new));
    only.ifPresent(this::requireReach);
    return only.map(List::of).orElseGet(() -> all.stream().filter(this::reaches).toList());
  }

  /** As an audit names it. */
  @Override
  public String toString() {
    return token.isEmpty() ? name : "%s (%s)".formatted(token, name);
  }
}
