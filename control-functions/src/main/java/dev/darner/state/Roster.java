package dev.darner.state;

import dev.darner.schema.HostRecord;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * The live hosts of a cluster at one moment, by name.
 *
 * @param hosts all; their generations may have grown since
 * @param seeds those that read origins
 */
public record Roster(List<HostRecord> hosts, List<HostRecord> seeds) {
  public Roster {
    hosts = List.copyOf(hosts);
    seeds = List.copyOf(seeds);
  }

  static Roster of(Collection<Seen<HostRecord>> seen) {
    List<HostRecord> hosts =
        seen.stream()
            .map(Seen::record)
            .sorted(Comparator.comparing(host -> host.host().text()))
            .toList();
    return new Roster(hosts, hosts.stream().filter(HostRecord::seed).toList());
  }
}
