package dev.darner.controlplane;

import dev.darner.model.HostId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Hosts that let this one down, until a function has heard of it. Of more than it takes at once the
 * first are kept: one that lets everybody down will do so again. Safe for use by many threads.
 */
final class Grievances {
  /** As many as a function takes in one announcement. */
  static final int MOST = 16;

  /** Whether each was unreachable. Guarded by this. */
  private final Map<HostId, Boolean> hosts = new LinkedHashMap<>();

  synchronized void add(HostId host, boolean unreachable) {
    if (hosts.containsKey(host) || hosts.size() < MOST) {
      hosts.merge(host, unreachable, Boolean::logicalOr);
    }
  }

  synchronized Map<HostId, Boolean> all() {
    return Map.copyOf(hosts);
  }

  /** Those of some hosts that were unreachable lately, as far as no function has heard of it. */
  synchronized Set<HostId> unreachable(Set<HostId> some) {
    return some.stream()
        .filter(host -> hosts.getOrDefault(host, false))
        .collect(Collectors.toSet());
  }

  /** They have been heard; what came since has not. */
  synchronized void heard(Map<HostId, Boolean> told) {
    told.forEach(hosts::remove);
  }
}
