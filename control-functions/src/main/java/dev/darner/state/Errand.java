package dev.darner.state;

import dev.darner.schema.ErrandRecord;
import dev.darner.schema.ErrandResultRecord;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the store says of one errand. It changes while it is read. Any thread may read; {@link
 * Errands} alone changes it, one thread at a time.
 */
public final class Errand {
  private final String id;
  private final Map<Member, Seen<ErrandResultRecord>> results = new ConcurrentHashMap<>();
  private volatile Set<String> asked = Set.of();
  private volatile Seen<ErrandRecord> record;

  Errand(String id) {
    this.id = id;
  }

  public String id() {
    return id;
  }

  public Optional<Seen<ErrandRecord>> record() {
    return Optional.ofNullable(record);
  }

  /** What hosts have answered. */
  public Map<Member, Seen<ErrandResultRecord>> results() {
    return Map.copyOf(results);
  }

  public Optional<Seen<ErrandResultRecord>> result(Member host) {
    return Optional.ofNullable(results.get(host));
  }

  /** Whether a host is one of those that shall answer. */
  public boolean isFor(Member host) {
    return asked.contains(host.toString());
  }

  /** Whether nobody is asked any more: all have answered, or the time is over. */
  public boolean isOver(Instant now) {
    Seen<ErrandRecord> seen = record;
    return seen == null
        || !now.isBefore(seen.record().end())
        || results.size() >= seen.record().hosts().size();
  }

  boolean isEmpty() {
    return record == null && results.isEmpty();
  }

  void put(Seen<ErrandRecord> seen) {
    record = record == null ? seen : Seen.later(record, seen);
    asked = Set.copyOf(record.record().hosts());
  }

  void putResult(Member host, Seen<ErrandResultRecord> seen) {
    results.merge(host, seen, Seen::later);
  }

  void remove(long revision) {
    record = Seen.after(record, revision);
  }

  void removeResult(Member host, long revision) {
    results.computeIfPresent(host, (same, seen) -> Seen.after(seen, revision));
  }
}
