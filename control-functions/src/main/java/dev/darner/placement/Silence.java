package dev.darner.placement;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;

/**
 * For how long elections have found no answer, though the store may answer who only reads it: a
 * host is not told to wait for one that does not come. Any thread may call.
 */
final class Silence {
  /** Longer than the first elections of a function that has just started, or is busy, may take. */
  static final Duration BORNE = Duration.ofSeconds(5);

  /** A failure so long after the one before has nothing to do with it. */
  static final Duration APART = Duration.ofSeconds(30);

  private final AtomicReference<Spell> spell = new AtomicReference<>();

  /**
   * Elections that failed one after the other.
   *
   * @param since when the first did
   * @param last when the last did
   */
  private record Spell(Instant since, Instant last) {

    boolean isOver(Instant now) {
      return now.isAfter(last.plus(APART));
    }
  }

  /** An election was given up, or failed. */
  void failed(Instant now) {
    spell.updateAndGet(
        known -> new Spell(known == null || known.isOver(now) ? now : known.since(), now));
  }

  /** The store answered an election. */
  void broken() {
    spell.set(null);
  }

  /** Whether it is so short that the next election may well be answered. */
  boolean isBorne(Instant now) {
    Spell known = spell.get();
    return known == null || known.isOver(now) || now.isBefore(known.since().plus(BORNE));
  }
}
