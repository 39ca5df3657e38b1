package dev.darner.state;

import dev.darner.schema.HostRecord;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * The live hosts of a cluster at one moment, by name.
 *
 * @param hosts all; their generations may have grown since
 */
public record Roster(List<HostRecord> hosts) {
  public Roster {
    hosts = List.copyOf(hosts);
  }

  static Roster of(Collection<Seen<HostRecord>> seen) {
    return new Roster(
        seen.stream()
            .map(Seen::record)
            .sorted(Comparator.comparing(host -> host.host().text()))
            .toList());
  }
}
