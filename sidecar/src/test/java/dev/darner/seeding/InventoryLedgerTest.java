package dev.darner.seeding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.controlplane.Inventory;
import dev.darner.controlplane.Inventory.Holding;
import dev.darner.model.Digest;
import dev.darner.model.TaskId;
import dev.darner.store.Held;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class InventoryLedgerTest {
  private static final TaskId A = task(1);
  private static final TaskId B = task(2);

  private final InventoryLedger ledger = new InventoryLedger();

  @Example
  void theWholeIsToldFirstAndThenOnlyWhatChangesABand() {
    assertEquals(inventory(1, 0, holding(A, 1)), told(held(A, 1, 100)));
    assertEquals(inventory(1, 1), told(held(A, 19, 100)));
    assertEquals(inventory(2, 1, holding(A, 2)), told(held(A, 20, 100)));
    assertEquals(inventory(3, 2, holding(A, 10)), told(held(A, 100, 100)));
    assertEquals(inventory(4, 3, sealed(A)), told(sealedHeld(A)));
    assertEquals(inventory(4, 4), told(sealedHeld(A)));
    assertEquals(new Inventory(5, 4, List.of(), List.of(A)), told());
  }

  @Example
  void aTaskWithoutAPieceIsNotHeldAndOneWithoutBytesIsWhenSealed() {
    assertEquals(inventory(1, 0, sealed(B)), told(held(A, 0, 100), sealedHeld(B)));
  }

  @Example
  void whatIsNotAcknowledgedAddsUp() {
    assertEquals(inventory(1, 0), told());
    assertEquals(inventory(2, 1, holding(A, 5)), ledger.next(List.of(held(A, 5, 10))));
    assertEquals(inventory(2, 1, holding(A, 5)), ledger.next(List.of(held(A, 5, 10))), "again");
    assertEquals(inventory(3, 1, sealed(A), holding(B, 1)), sorted(sealedHeld(A), held(B, 1, 10)));
    assertEquals(inventory(1, 1), ledger.next(List.of()), "come and gone meanwhile");
    assertEquals(inventory(4, 1, holding(A, 5)), ledger.next(List.of(held(A, 5, 10))));
  }

  /** The functions took the first, whose answer was lost: the second must not pass for it. */
  @Example
  void whatChangedSinceAnUnansweredAnnounceIsNoRepetition() {
    Understanding function = new Understanding();
    Inventory first = ledger.next(List.of(held(B, 1, 10)));
    assertTrue(function.hear(first));
    ledger.acknowledge(first);
    assertTrue(function.hear(ledger.next(List.of(held(B, 1, 10), sealedHeld(A)))));
    Inventory more = ledger.next(List.of(sealedHeld(A)));
    assertFalse(function.hear(more));
    ledger.forget();
    Inventory whole = ledger.next(List.of(sealedHeld(A)));
    assertTrue(function.hear(whole));
    ledger.acknowledge(whole);
    function.assertKnows(List.of(sealedHeld(A)));
  }

  @Example
  void aLargeInventoryIsToldInPartsUntilAllOfItIsKnown() {
    Held[] many =
        IntStream.range(0, 2 * InventoryLedger.MOST + 1)
            .mapToObj(InventoryLedgerTest::task)
            .map(InventoryLedgerTest::sealedHeld)
            .toArray(Held[]::new);
    Understanding function = new Understanding();
    for (int told : new int[] {InventoryLedger.MOST, InventoryLedger.MOST, 1, 0}) {
      Inventory part = told(many);
      assertEquals(told, part.held().size());
      assertTrue(function.hear(part));
    }
    function.assertKnows(List.of(many));
    assertEquals(InventoryLedger.MOST, told().dropped().size());
    assertEquals(InventoryLedger.MOST, told().dropped().size());
    assertEquals(1, told().dropped().size());
  }

  @Example
  void afterAResyncTheWholeIsTold() {
    told(held(A, 5, 10));
    Inventory refused = ledger.next(List.of(held(A, 5, 10), sealedHeld(B)));
    ledger.forget();
    Inventory again = sorted(held(A, 5, 10), sealedHeld(B));
    assertEquals(0, again.baseGeneration());
    assertTrue(again.generation() > refused.generation());
    assertEquals(2, again.held().size());
  }

  /** Whatever is lost, refused or forgotten on the way: what is acknowledged is understood. */
  @Property(tries = 300)
  void aFunctionThatAppliesWhatItGetsKnowsTheStore(@ForAll long seed) {
    Random random = new Random(seed);
    Understanding function = new Understanding();
    Map<TaskId, Held> store = new HashMap<>();
    for (int step = 0; step < 60; step++) {
      change(store, random);
      List<Held> held = List.copyOf(store.values());
      Inventory inventory = ledger.next(held);
      switch (random.nextInt(6)) {
        case 0 -> {} // lost on the way there
        case 1 -> function.hear(inventory); // the answer is lost
        case 2 -> function.forgetAll();
        default -> {
          if (function.hear(inventory)) {
            ledger.acknowledge(inventory);
            function.assertKnows(held);
          } else {
            ledger.forget();
          }
        }
      }
    }
  }

  private static void change(Map<TaskId, Held> store, Random random) {
    for (int some = random.nextInt(4); some > 0; some--) {
      TaskId task = task(random.nextInt(8));
      switch (random.nextInt(3)) {
        case 0 -> store.remove(task);
        case 1 -> store.put(task, sealedHeld(task));
        default -> store.put(task, held(task, random.nextInt(101), 100));
      }
    }
  }

  /**
   * A function as it is: who announces the number that it has written repeats himself, whatever
   * else he says, and nothing is written.
   */
  private static final class Understanding {
    private final Map<TaskId, Holding> known = new HashMap<>();
    private long generation = -1;

    boolean hear(Inventory inventory) {
      if (inventory.baseGeneration() == 0) {
        known.clear();
      } else if (inventory.baseGeneration() != generation) {
        return inventory.generation() == generation;
      }
      inventory.held().forEach(holding -> known.put(holding.task(), holding));
      inventory.dropped().forEach(known::remove);
      generation = inventory.generation();
      return true;
    }

    void forgetAll() {
      known.clear();
      generation = -1;
    }

    void assertKnows(List<Held> held) {
      Map<String, Boolean> expected = new TreeMap<>();
      held.stream()
          .filter(some -> some.landed() > 0)
          .forEach(some -> expected.put(some.task().text(), some.sealed()));
      Map<String, Boolean> found = new TreeMap<>();
      known.values().forEach(some -> found.put(some.task().text(), some.sealed()));
      assertEquals(expected, found);
    }
  }

  private Inventory told(Held... held) {
    Inventory inventory = ledger.next(List.of(held));
    ledger.acknowledge(inventory);
    return inventory;
  }

  /** What would be told, A before B. */
  private Inventory sorted(Held... held) {
    Inventory inventory = ledger.next(List.of(held));
    List<Holding> byName =
        inventory.held().stream()
            .sorted((one, other) -> one.task().equals(A) ? -1 : other.task().equals(A) ? 1 : 0)
            .toList();
    return new Inventory(
        inventory.generation(), inventory.baseGeneration(), byName, inventory.dropped());
  }

  private static Inventory inventory(long generation, long base, Holding... held) {
    return new Inventory(generation, base, List.of(held), List.of());
  }

  private static TaskId task(int number) {
    return TaskId.of(Digest.sha256(ByteBuffer.allocate(4).putInt(number).array()));
  }

  private static Held held(TaskId task, int landed, int of) {
    return new Held(task, 1000, false, landed, of);
  }

  private static Held sealedHeld(TaskId task) {
    return new Held(task, 1000, true, 100, 100);
  }

  private static Holding holding(TaskId task, int band) {
    return new Holding(task, 1000, false, band);
  }

  private static Holding sealed(TaskId task) {
    return new Holding(task, 1000, true, 10);
  }
}
