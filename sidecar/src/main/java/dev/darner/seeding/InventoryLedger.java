package dev.darner.seeding;

import dev.darner.controlplane.Inventory;
import dev.darner.controlplane.Inventory.Holding;
import dev.darner.model.TaskId;
import dev.darner.store.Held;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What the functions have been told of this host's store, so that only what changed is told again.
 * What was announced and never acknowledged is simply still to be told. Used by one thread at a
 * time.
 */
final class InventoryLedger {
  private static final int BANDS = 10;

  /** By task, what the functions know; empty before anything was acknowledged. */
  private Map<TaskId, Holding> told = Map.of();

  private long generation;
  private boolean whole = true;

  /** What to announce when {@code held} is what the store has. */
  Inventory next(Collection<Held> held) {
    Map<TaskId, Holding> now = holdings(held);
    if (whole) {
      return new Inventory(generation + 1, 0, List.copyOf(now.values()), List.of());
    }
    List<Holding> changed =
        now.values().stream().filter(some -> !some.equals(told.get(some.task()))).toList();
    List<TaskId> dropped = told.keySet().stream().filter(task -> !now.containsKey(task)).toList();
    boolean same = changed.isEmpty() && dropped.isEmpty();
    return new Inventory(same ? generation : generation + 1, generation, changed, dropped);
  }

  /** The functions have taken {@code announced}, which told how {@code held} differs. */
  void acknowledge(Inventory announced, Collection<Held> held) {
    told = holdings(held);
    generation = announced.generation();
    whole = false;
  }

  /** The functions do not know what they were told: they are told the whole next. */
  void forget(Inventory announced) {
    generation = announced.generation();
    whole = true;
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
