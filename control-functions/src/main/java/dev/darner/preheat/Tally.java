package dev.darner.preheat;

import dev.darner.schema.PreheatContentsRecord;
import dev.darner.schema.PreheatContentsRecord.Content;
import dev.darner.schema.PreheatHostRecord;
import dev.darner.schema.PreheatHostRecord.State;
import dev.darner.schema.PreheatSums;
import dev.darner.state.Preheat;
import dev.darner.state.Seen;
import java.util.Collection;
import java.util.Optional;

/** Sums up the hosts of a preheat. Pure. */
final class Tally {
  private Tally() {}

  /** As they stand now. */
  static PreheatSums of(Preheat preheat) {
    return of(
        preheat.hosts().values().stream().map(Seen::record).toList(),
        preheat.contents().map(Seen::record));
  }

  static PreheatSums of(
      Collection<PreheatHostRecord> hosts, Optional<PreheatContentsRecord> contents) {
    long each =
        contents.stream().flatMap(c -> c.contents().stream()).mapToLong(Content::size).sum();
    return new PreheatSums(
        hosts.size(),
        count(hosts, State.DONE),
        count(hosts, State.FAILED),
        hosts.stream().mapToLong(PreheatHostRecord::bytes).sum(),
        hosts.stream().mapToLong(host -> Math.max(each, host.size())).sum());
  }

  private static int count(Collection<PreheatHostRecord> hosts, State state) {
    return (int) hosts.stream().filter(host -> host.state() == state).count();
  }
}
