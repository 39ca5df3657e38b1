package dev.darner.schema;

import java.util.List;

/**
 * Some of the entries between two keys.
 *
 * @param entries in the order that was asked for
 * @param count how many there are in all
 */
public record Excerpt(List<Entry> entries, long count) {
  public Excerpt {
    entries = List.copyOf(entries);
  }
}
