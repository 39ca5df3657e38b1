package dev.darner.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.PriorityQueue;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ByteBudgetTest {
  private static final long SECOND = 1_000_000_000;

  @ParameterizedTest
  @ValueSource(longs = {64_000, 1_000_000, 25_000_000, 1_250_000_000})
  void overFiveSecondsTheRateIsKeptWithinATenth(long rate) {
    for (int users : new int[] {1, 4, 64}) {
      double moved = movedInFiveSeconds(new ByteBudget(new ByteSize(rate)), users, 0);
      assertEquals(5.0 * rate, moved, 0.1 * 5 * rate, users + " users");
    }
  }

  @Test
  void whatWasNotUsedForLongIsNotMadeUpFor() {
    ByteBudget budget = new ByteBudget(new ByteSize(1_000_000));
    assertEquals(1000, budget.take(1, 0));
    double moved = movedInFiveSeconds(budget, 4, 3600 * SECOND);
    assertEquals(5e6, moved, 0.5e6);
  }

  /** Each user takes a slice, waits, moves it, and takes the next a moment later. */
  private static double movedInFiveSeconds(ByteBudget budget, int users, long from) {
    RandomGenerator chance = RandomGenerator.of("L64X128MixRandom");
    PriorityQueue<Long> ready = new PriorityQueue<>();
    for (int user = 0; user < users; user++) {
      ready.add(from + chance.nextLong(1000));
    }
    double moved = 0;
    while (ready.peek() < from + 5 * SECOND) {
      long now = ready.poll();
      long moves = now + budget.take(budget.slice(), now);
      moved += moves < from + 5 * SECOND ? budget.slice() : 0;
      ready.add(moves + chance.nextLong(1, 2000));
    }
    return moved;
  }

  @Test
  void whoComesLaterWaitsLonger() {
    ByteBudget budget = new ByteBudget(new ByteSize(1000));
    assertEquals(SECOND, budget.take(1000, 0));
    assertEquals(2 * SECOND, budget.take(1000, 0));
    assertEquals(2 * SECOND, budget.take(1000, SECOND));
  }

  @Test
  void withoutALimitNobodyWaits() {
    ByteBudget budget = ByteBudget.unlimited();
    assertFalse(budget.limited());
    assertEquals(0, budget.take(Long.MAX_VALUE, 0));
    assertEquals(0, budget.take(Long.MAX_VALUE, 1));
  }

  @Test
  void aNewRateCountsAtOnceAndOwesNothing() {
    ByteBudget budget = new ByteBudget(new ByteSize(10));
    assertEquals(100 * SECOND, budget.take(1000, 0));
    budget.change(new ByteSize(1000));
    assertEquals(SECOND, budget.take(1000, 5));
    budget.change(new ByteSize(0));
    assertEquals(0, budget.take(1_000_000, 6));
    assertFalse(budget.limited());
    budget.change(new ByteSize(1));
    assertTrue(budget.limited());
  }
}
