package dev.darner.state;

import dev.darner.model.PreheatId;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * All preheats as the store has them. Any thread may read and, within this room, change them: a
 * change is kept unless a later one of its key is known.
 */
public final class Preheats {
  private final Map<PreheatId, Preheat> all = new ConcurrentHashMap<>();
  private final Set<PreheatId> open = ConcurrentHashMap.newKeySet();
  private final Changes changes;

  /**
   * @param changes told of each
   */
  Preheats(Changes changes) {
    this.changes = changes;
  }

  /** One of this name that has a record. */
  public Optional<Preheat> find(PreheatId id) {
    return Optional.ofNullable(all.get(id)).filter(preheat -> preheat.record().isPresent());
  }

  /** All that have a record, by name; one may lose its record at any time. */
  public List<Preheat> list() {
    return all.values().stream()
        .filter(preheat -> preheat.record().isPresent())
        .sorted((one, other) -> one.id().text().compareTo(other.id().text()))
        .toList();
  }

  /** Those that are under way, by name: few, among many that are over. */
  public List<Preheat> open() {
    return open.stream()
        .sorted((one, other) -> one.text().compareTo(other.text()))
        .flatMap(id -> find(id).stream())
        .toList();
  }

  /** All of which anything is left, with a record or without. */
  public Collection<Preheat> remains() {
    return List.copyOf(all.values());
  }

  /** Changes one alone; one that is left empty goes. */
  void change(PreheatId id, Consumer<Preheat> change) {
    all.compute(
        id,
        (same, old) -> {
          Preheat preheat = old == null ? new Preheat(id) : old;
          change.accept(preheat);
          if (preheat.isOpen()) {
            open.add(id);
          } else {
            open.remove(id);
          }
          return preheat.isEmpty() ? null : preheat;
        });
    changes.happened();
  }
}
