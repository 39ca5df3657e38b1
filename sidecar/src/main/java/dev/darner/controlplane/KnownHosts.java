package dev.darner.controlplane;

import dev.darner.model.Host;
import dev.darner.model.HostAddress;
import dev.darner.model.HostId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which host is at an address, as the functions told it a minute ago at most: an address that was a
 * host's may be another's later. Any thread may call.
 */
final class KnownHosts {
  private static final int MOST = 1024;
  private static final Duration LONGEST = Duration.ofMinutes(1);

  private final InstantSource clock;

  /** The last told last; guarded by this. */
  private final Map<HostAddress, Told> hosts = new LinkedHashMap<>();

  KnownHosts(InstantSource clock) {
    this.clock = clock;
  }

  /** That a host is there, and when that was told. */
  private record Told(HostId host, Instant at) {}

  synchronized void learn(Host host) {
    hosts.remove(host.address());
    hosts.put(host.address(), new Told(host.id(), clock.instant()));
    if (hosts.size() > MOST) {
      hosts.remove(hosts.keySet().iterator().next());
    }
  }

  synchronized Optional<HostId> at(HostAddress address) {
    return Optional.ofNullable(hosts.get(address))
        .filter(told -> !clock.instant().isAfter(told.at().plus(LONGEST)))
        .map(Told::host);
  }
}
