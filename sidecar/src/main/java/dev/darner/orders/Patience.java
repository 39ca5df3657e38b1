package dev.darner.orders;

import java.time.Duration;
import java.time.Instant;

/**
 * Tries something again while that may help, ever more rarely, until an order's time is over. One
 * thread tries; any may look.
 */
final class Patience {
  private static final Duration FIRST_REST = Duration.ofSeconds(1);
  private static final Duration LONGEST_REST = Duration.ofSeconds(30);
  private static final int MOST_WRONG = 3;
  private static final int EARLY_PERCENT = 75;
  private static final int SPREAD_PERCENT = 50;
  private static final int WHOLE = 100;

  private final Tempo tempo;
  private final Instant end;
  private volatile String kept = "";

  /**
   * @param end no try begins after that
   */
  Patience(Tempo tempo, Instant end) {
    this.tempo = tempo;
    this.end = end;
  }

  /** A try. */
  @FunctionalInterface
  interface Attempt<T> {
    T make() throws FailedException, InterruptedException;
  }

  /** Why the last try failed, while another is waited for or under way; empty otherwise. */
  String kept() {
    return kept;
  }

  /**
   * Tries until it works.
   *
   * @throws FailedException as the last try did
   */
  <T> T insist(Attempt<T> attempt) throws FailedException, InterruptedException {
    Duration rest = FIRST_REST;
    int wrong = 0;
    while (true) {
      Instant begun = tempo.clock().instant();
      try {
        T made = attempt.make();
        kept = "";
        return made;
      } catch (FailedException e) {
        wrong += e.kind() == FailedException.Kind.WRONG ? 1 : 0;
        Instant now = tempo.clock().instant();
        boolean longWay = begun.plus(LONGEST_REST).isBefore(now);
        rest = longWay ? FIRST_REST : rest;
        if (e.kind() == FailedException.Kind.FINAL
            || wrong >= MOST_WRONG
            || now.plus(rest).isAfter(end)) {
          kept = "";
          throw e;
        }
        kept = String.valueOf(e.getMessage());
      }
      tempo.pause().rest(spread(rest));
      rest = rest.multipliedBy(2).compareTo(LONGEST_REST) < 0 ? rest.multipliedBy(2) : LONGEST_REST;
    }
  }

  private Duration spread(Duration rest) {
    long percent = EARLY_PERCENT + (long) (SPREAD_PERCENT * tempo.chance().getAsDouble());
    return rest.multipliedBy(percent).dividedBy(WHOLE);
  }
}
