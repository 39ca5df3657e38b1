package dev.darner.bench;

import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.Stream;

/**
 * One of those that are compared.
 *
 * @param name who
 * @param figures what was measured of it
 */
public record Side(String name, List<Figure> figures) {

  /** The figure of that name. */
  Figure figure(String wanted) {
    return figures.stream()
        .filter(figure -> figure.name().equals(wanted))
        .findFirst()
        .orElseThrow(() -> new NoSuchElementException(name + " has no " + wanted));
  }

  /** The same with more that was measured. */
  Side with(List<Figure> more) {
    return new Side(name, Stream.concat(figures.stream(), more.stream()).toList());
  }
}
