package dev.darner.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.bench.Ledger.Inventory;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What simulated hosts say of themselves, and how their calls are counted. */
class HerdTest {
  private static final double EXACT = 1e-9;

  private final Ledger ledger = new Ledger(2);

  @Test
  void theWholeIsToldFirstThenWhatChangedSinceItWasTaken() {
    Inventory whole = ledger.next(bands(0, 0));
    assertInventory(1, 0, bands(0, 0), whole);
    ledger.acknowledge(whole);

    assertInventory(1, 1, bands(0, 0), ledger.next(bands(0, 0)));
    Inventory first = ledger.next(bands(3, 0));
    assertInventory(2, 1, bands(3, 0), first);
    ledger.acknowledge(first);
    assertInventory(3, 2, bands(0, 1), ledger.next(bands(3, 1)));
  }

  @Test
  void whatNobodyTookIsToldAgainUnderItsNumberAndMoreUnderAnother() {
    ledger.acknowledge(ledger.next(bands(0, 0)));

    assertInventory(2, 1, bands(1, 0), ledger.next(bands(1, 0)));
    assertInventory(2, 1, bands(1, 0), ledger.next(bands(1, 0)));
    assertInventory(3, 1, bands(2, 0), ledger.next(bands(2, 0)));
  }

  @Test
  void whoIsToldToResyncTellsTheWhole() {
    ledger.acknowledge(ledger.next(bands(5, 11)));
    ledger.forget();

    Inventory again = ledger.next(bands(11, 11));
    assertInventory(2, 0, bands(11, 11), again);
    assertFalse(ledger.isComplete());
    ledger.acknowledge(again);
    assertTrue(ledger.isComplete());
  }

  @Test
  void aTallyTellsRateLatencyAndErrors() {
    Tally tally = new Tally();
    for (int millis = 1; millis <= 10_000; millis++) {
      tally.answered(millis * 1_000_000L);
    }
    tally.failed("first");
    tally.failed("second");

    Side side = tally.side("joins", 4);
    assertEquals(2500, side.figure("calls/s").median(), EXACT);
    assertEquals(5001, side.figure("p50").median(), EXACT);
    assertEquals(9901, side.figure("p99").median(), EXACT);
    assertEquals(10_000, side.figure("slowest").median(), EXACT);
    assertEquals(2, side.figure("errors").median(), EXACT);
    assertEquals(Optional.of("first"), tally.firstError());
  }

  private static List<Byte> bands(int first, int second) {
    return List.of((byte) first, (byte) second);
  }

  private static void assertInventory(
      long generation, long base, List<Byte> bands, Inventory told) {
    assertEquals(new Inventory(generation, base, bands), told);
  }
}
