package dev.darner.state;

import dev.darner.model.HostId;
import dev.darner.schema.SuspectRecord;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Hosts that others reported lately, each for a zone whose hosts it let down: two zones that are
 * cut from one another keep working, each with its own. A host that complains of many is itself
 * what they have in common, and is not believed. Any thread may call.
 */
public final class Suspects {
  /** Who complains of so many complains of too many: more than fail at once in a good cluster. */
  public static final int TOO_MANY = 8;

  /** Longer than complaints stand: a view that hears nothing any more does not keep them. */
  private static final Duration LONGEST = Duration.ofMinutes(1);

  private final Map<At, Heard> reported = new ConcurrentHashMap<>();
  private final Map<HostId, Integer> counts = new ConcurrentHashMap<>();
  private final InstantSource clock;

  /** A host as it is seen from a zone. */
  private record At(HostId host, String zone) {}

  /** What is said, and when it was heard here. */
  private record Heard(Seen<SuspectRecord> seen, Instant at) {

    HostId by() {
      return seen.record().by();
    }
  }

  Suspects(InstantSource clock) {
    this.clock = clock;
  }

  /** What is said of a host in a zone, by one who is believed. */
  public Optional<SuspectRecord> of(HostId host, String zone) {
    return standing(host, zone)
        .map(Seen::record)
        .filter(said -> counts.getOrDefault(said.by(), 0) < TOO_MANY);
  }

  /** What stands written of a host in a zone, whoever says it. */
  public Optional<Seen<SuspectRecord>> standing(HostId host, String zone) {
    return Optional.ofNullable(reported.get(new At(host, zone)))
        .filter(heard -> clock.instant().isBefore(heard.at().plus(LONGEST)))
        .map(Heard::seen);
  }

  /** Whether a reporter has complained of too many. */
  public boolean isDistrusted(HostId reporter) {
    return counts.getOrDefault(reporter, 0) >= TOO_MANY;
  }

  synchronized void put(Seen<SuspectRecord> seen) {
    SuspectRecord record = seen.record();
    At at = new At(record.host(), record.zone());
    Heard before = reported.get(at);
    if (before == null || before.seen().revision() <= seen.revision()) {
      forget(before);
      reported.put(at, new Heard(seen, clock.instant()));
      counts.merge(record.by(), 1, Integer::sum);
    }
  }

  synchronized void remove(HostId host, String zone, long revision) {
    At at = new At(host, zone);
    Heard before = reported.get(at);
    if (before != null && before.seen().revision() <= revision) {
      reported.remove(at);
      forget(before);
    }
  }

  private void forget(Heard gone) {
    if (gone != null) {
      counts.computeIfPresent(gone.by(), (by, count) -> count > 1 ? count - 1 : null);
    }
  }
}
