package dev.darner.controlplane;

import dev.darner.model.Host;
import dev.darner.model.HostAddress;
import dev.darner.model.HostId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which hosts are at an address, as the functions told it a minute ago at most: an address that was
 * a host's may be another's later. Hosts say themselves where they are, so there may be several at
 * one address, of which one is really there: none makes the others forgotten. Any thread may call.
 */
final class KnownHosts {
  private static final int MOST = 1024;
  private static final int MOST_NAMES = 8;
  private static final Duration LONGEST = Duration.ofMinutes(1);

  private final InstantSource clock;

  /** When each name was told, the last told last, in both; guarded by this. */
  private final LinkedHashMap<HostAddress, LinkedHashMap<HostId, Instant>> hosts =
      new LinkedHashMap<>();

  KnownHosts(InstantSource clock) {
    this.clock = clock;
  }

  synchronized void learn(Host host) {
    LinkedHashMap<HostId, Instant> names =
        hosts.computeIfAbsent(host.address(), _ -> new LinkedHashMap<>());
    hosts.putLast(host.address(), names);
    names.putLast(host.id(), clock.instant());
    if (names.size() > MOST_NAMES) {
      names.pollFirstEntry();
    }
    if (hosts.size() > MOST) {
      hosts.pollFirstEntry();
    }
  }

  /** Who may be there; empty when that is not known. */
  synchronized Set<HostId> at(HostAddress address) {
    Map<HostId, Instant> names = hosts.getOrDefault(address, new LinkedHashMap<>());
    Instant oldest = clock.instant().minus(LONGEST);
    return names.entrySet().stream()
        .filter(told -> !told.getValue().isBefore(oldest))
        .map(Map.Entry::getKey)
        .collect(Collectors.toUnmodifiableSet());
  }
}
