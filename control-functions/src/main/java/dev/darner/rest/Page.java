package dev.darner.rest;

import dev.darner.model.Quoted;
import io.helidon.common.parameters.Parameters;
import io.helidon.http.Status;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Which part of a list is wanted: {@code limit} items after the one that {@code continue} names.
 *
 * @param limit 1 to {@value #MOST} items
 * @param after key of the last item of the page before; empty for the first page
 */
public record Page(int limit, String after) {
  public static final int MOST = 5000;
  private static final int DEFAULT = 1000;

  /**
   * Reads the query.
   *
   * @throws Problem when the limit is no number from 1 to {@value #MOST}
   */
  public static Page of(Parameters query) {
    String limit = query.first("limit").orElse(Integer.toString(DEFAULT));
    return new Page(number(limit), query.first("continue").orElse(""));
  }

  private static int number(String text) {
    if (text.matches("[0-9]{1,6}")) {
      int number = Integer.parseInt(text);
      if (number >= 1 && number <= MOST) {
        return number;
      }
    }
    throw new Problem(
        Status.BAD_REQUEST_400,
        "limit is a number from 1 to %d, not %s".formatted(MOST, Quoted.of(text)));
  }

  /**
   * A part of a list.
   *
   * @param items in order of their keys
   * @param next what {@code continue} must say for the rest; empty when there is none
   */
  public record Cut<T>(List<T> items, Optional<String> next) {}

  /** This page of all items, which are told apart and ordered by their keys. */
  public <T> Cut<T> cut(Stream<T> all, Function<T, String> key) {
    List<T> some =
        all.filter(item -> key.apply(item).compareTo(after) > 0)
            .sorted(Comparator.comparing(key))
            .limit(limit + 1L)
            .toList();
    if (some.size() <= limit) {
      return new Cut<>(some, Optional.empty());
    }
    List<T> items = some.subList(0, limit);
    return new Cut<>(items, Optional.of(key.apply(items.getLast())));
  }
}
