package dev.darner.state;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * All errands as the store has them. Any thread may read and, within this room, change them: a
 * change is kept unless a later one of its key is known.
 */
public final class Errands {
  private final Map<String, Errand> all = new ConcurrentHashMap<>();

  Errands() {}

  /** One of this name that has a record. */
  public Optional<Errand> find(String id) {
    return Optional.ofNullable(all.get(id)).filter(errand -> errand.record().isPresent());
  }

  /** All that have a record, in no order; one may lose its record at any time. */
  public List<Errand> list() {
    return all.values().stream().filter(errand -> errand.record().isPresent()).toList();
  }

  /** All of which anything is left, with a record or without. */
  public Collection<Errand> remains() {
    return List.copyOf(all.values());
  }

  /** Changes one alone; one that is left empty goes. */
  void change(String id, Consumer<Errand> change) {
    all.compute(
        id,
        (same, old) -> {
          Errand errand = old == null ? new Errand(id) : old;
          change.accept(errand);
          return errand.isEmpty() ? null : errand;
        });
  }
}
