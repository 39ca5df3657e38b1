package dev.darner.state;

import dev.darner.model.HostId;
import dev.darner.schema.SuspectRecord;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Hosts that others reported lately, each for a zone whose hosts it let down: two zones that are
 * cut from one another keep working, each with its own. Any thread may call.
 */
public final class Suspects {
  private final Map<At, Seen<SuspectRecord>> reported = new ConcurrentHashMap<>();

  /** A host as it is seen from a zone. */
  private record At(HostId host, String zone) {}

  Suspects() {}

  /** What is said of a host in a zone. */
  public Optional<Seen<SuspectRecord>> of(HostId host, String zone) {
    return Optional.ofNullable(reported.get(new At(host, zone)));
  }

  /** How many hosts one reporter has made suspicious. */
  public long countBy(HostId reporter) {
    return reported.values().stream().filter(seen -> seen.record().by().equals(reporter)).count();
  }

  void put(Seen<SuspectRecord> seen) {
    SuspectRecord record = seen.record();
    reported.merge(new At(record.host(), record.zone()), seen, Seen::later);
  }

  void remove(HostId host, String zone, long revision) {
    reported.computeIfPresent(new At(host, zone), (at, seen) -> Seen.after(seen, revision));
  }
}
