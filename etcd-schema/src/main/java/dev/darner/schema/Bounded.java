package dev.darner.schema;

import java.util.List;
import java.util.Objects;

/** Lists in records, so that a record's size has a bound. */
final class Bounded {
  private Bounded() {}

  /**
   * A copy of a list; an absent one is empty.
   *
   * @throws IllegalArgumentException when it has more entries than {@code most}, or one that is
   *     null
   */
  static <T> List<T> list(String name, List<T> values, int most) {
    if (values == null) {
      return List.of();
    }
    if (values.size() > most) {
      throw new IllegalArgumentException(
          "%s has at most %d entries: %d".formatted(name, most, values.size()));
    }
    if (values.stream().anyMatch(Objects::isNull)) {
      throw new IllegalArgumentException(name + " has an entry that is null");
    }
    return List.copyOf(values);
  }
}
