package dev.darner.state;

import dev.darner.model.PreheatId;
import dev.darner.schema.PreheatClaimRecord;
import dev.darner.schema.PreheatContentsRecord;
import dev.darner.schema.PreheatHostRecord;
import dev.darner.schema.PreheatRecord;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the store says of one preheat. It changes while it is read: each record is as of some
 * moment, in no order among them. Any thread may read; {@link Preheats} alone changes it, one
 * thread at a time.
 */
public final class Preheat {
  private final PreheatId id;
  private final Map<Member, Seen<PreheatHostRecord>> hosts = new ConcurrentHashMap<>();
  private volatile Seen<PreheatRecord> record;
  private volatile Seen<PreheatContentsRecord> contents;
  private volatile Seen<PreheatClaimRecord> claim;

  Preheat(PreheatId id) {
    this.id = id;
  }

  public PreheatId id() {
    return id;
  }

  public Optional<Seen<PreheatRecord>> record() {
    return Optional.ofNullable(record);
  }

  /** What it consists of; empty before that is known. */
  public Optional<Seen<PreheatContentsRecord>> contents() {
    return Optional.ofNullable(contents);
  }

  /** Who drives it. */
  public Optional<Seen<PreheatClaimRecord>> claim() {
    return Optional.ofNullable(claim);
  }

  /** Every host of its scope. */
  public Map<Member, Seen<PreheatHostRecord>> hosts() {
    return Map.copyOf(hosts);
  }

  public Optional<Seen<PreheatHostRecord>> host(Member member) {
    return Optional.ofNullable(hosts.get(member));
  }

  /** It has a record, and is not over. */
  boolean isOpen() {
    Seen<PreheatRecord> seen = record;
    return seen != null && !seen.record().state().isOver();
  }

  boolean isEmpty() {
    return record == null && contents == null && claim == null && hosts.isEmpty();
  }

  void put(Seen<PreheatRecord> seen) {
    record = record == null ? seen : Seen.later(record, seen);
  }

  void putContents(Seen<PreheatContentsRecord> seen) {
    contents = contents == null ? seen : Seen.later(contents, seen);
  }

  void putClaim(Seen<PreheatClaimRecord> seen) {
    claim = claim == null ? seen : Seen.later(claim, seen);
  }

  void putHost(Member member, Seen<PreheatHostRecord> seen) {
    hosts.merge(member, seen, Seen::later);
  }

  void remove(long revision) {
    record = Seen.after(record, revision);
  }

  void removeContents(long revision) {
    contents = Seen.after(contents, revision);
  }

  void removeClaim(long revision) {
    claim = Seen.after(claim, revision);
  }

  void removeHost(Member member, long revision) {
    hosts.computeIfPresent(member, (same, seen) -> Seen.after(seen, revision));
  }
}
