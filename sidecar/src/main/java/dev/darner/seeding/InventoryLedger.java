package dev.darner.seeding;

import dev.darner.controlplane.Inventory;
import dev.darner.controlplane.Inventory.Holding;
import dev.darner.model.TaskId;
import dev.darner.store.Held;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the functions have been told of this host's store, so that only what changed is told again.
 * What was announced and never acknowledged is simply still to be told: relative to what was last
 * acknowledged, and under a number of its own, because the functions may have taken it or not. Used
 * by one thread at a time.
 */
final class InventoryLedger {
  /**
   * Holdings, and tasks dropped, in one announcement: with SHA-512 names both together stay below
   * 1.5 MB, and the functions take 2 MiB. The rest follows as changes.
   */
  static final int MOST = 5_000;

  private static final int BANDS = 10;

  /** By task, what the functions know; empty before anything was acknowledged. */
  private final Map<TaskId, Holding> told = new HashMap<>();

  /** What was announced last, acknowledged or not. */
  private Inventory last = new Inventory(0, 0, List.of(), List.of());

  private long acknowledged;
  private boolean whole = true;

  /** What to announce when {@code held} is what the store has. */
  Inventory next(Collection<Held> held) {
    Map<TaskId, Holding> now = holdings(held);
    if (whole) {
      return numbered(0, first(now.values().stream(), Holding::task), List.of());
    }
    List<Holding> changed =
        first(
            now.values().stream().filter(some -> !some.equals(told.get(some.task()))),
            Holding::task);
    List<TaskId> dropped =
        first(told.keySet().stream().filter(task -> !now.containsKey(task)), Function.identity());
    return changed.isEmpty() && dropped.isEmpty()
        ? new Inventory(acknowledged, acknowledged, List.of(), List.of())
        : numbered(acknowledged, changed, dropped);
  }

  /** The same again has the same number; anything else has one that was never used. */
  private Inventory numbered(long base, List<Holding> held, List<TaskId> dropped) {
    Inventory again = new Inventory(last.generation(), base, held, dropped);
    last =
        last.generation() > base && again.equals(last)
            ? last
            : new Inventory(last.generation() + 1, base, held, dropped);
    return last;
  }

  /** The functions have taken {@code announced}. */
  void acknowledge(Inventory announced) {
    if (announced.baseGeneration() == 0) {
      told.clear();
    }
    announced.held().forEach(holding -> told.put(holding.task(), holding));
    announced.dropped().forEach(told::remove);
    acknowledged = announced.generation();
    whole = false;
  }

  /** The functions do not know what they were told: they are told the whole next. */
  void forget() {
    whole = true;
  }

  /** In an order that does not change, so that what is left out is so each time. */
  private static <T> List<T> first(Stream<T> all, Function<T, TaskId> task) {
    return all.sorted(Comparator.comparing(some -> task.apply(some).text())).limit(MOST).toList();
  }

  /** A task of which nothing has landed is not held. */
  private static Map<TaskId, Holding> holdings(Collection<Held> held) {
    return held.stream()
        .filter(some -> some.sealed() || some.landed() > 0)
        .map(some -> new Holding(some.task(), some.size(), some.sealed(), band(some)))
        .collect(Collectors.toMap(Holding::task, Function.identity(), (one, other) -> other));
  }

  /** The first piece counts as a tenth: somebody could have it. */
  private static int band(Held held) {
    return held.sealed() ? BANDS : Math.max(1, (int) ((long) held.landed() * BANDS / held.of()));
  }
}
