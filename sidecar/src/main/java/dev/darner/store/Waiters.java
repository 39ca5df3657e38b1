package dev.darner.store;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Who waits for bytes of one content, by the piece that will bring them, so that a piece that lands
 * touches only those who wait for it. Not safe for use by many threads.
 */
final class Waiters {
  /** Stands for a piece: those who wait for the seal. */
  static final int SEAL = -1;

  /**
   * One who waits.
   *
   * @param reader through which handle
   * @param piece for which piece, or {@link #SEAL}
   * @param end what it is told
   */
  record Waiter(Object reader, int piece, CompletableFuture<Long> end) {
    @Override
    public boolean equals(Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(this);
    }
  }

  private final Map<Integer, Set<Waiter>> byPiece = new HashMap<>();

  Waiter add(Object reader, int piece) {
    Waiter waiter = new Waiter(reader, piece, new CompletableFuture<>());
    byPiece.computeIfAbsent(piece, p -> new HashSet<>()).add(waiter);
    return waiter;
  }

  void remove(Waiter waiter) {
    byPiece.computeIfPresent(
        waiter.piece(),
        (piece, those) -> {
          those.remove(waiter);
          return those.isEmpty() ? null : those;
        });
  }

  /** Takes out those who wait for {@code piece}. */
  List<Waiter> take(int piece) {
    Set<Waiter> those = byPiece.remove(piece);
    return those == null ? List.of() : List.copyOf(those);
  }

  List<Waiter> takeAll() {
    List<Waiter> all = new ArrayList<>();
    byPiece.values().forEach(all::addAll);
    byPiece.clear();
    return all;
  }

  /** Takes out those of one handle. */
  List<Waiter> takeOf(Object reader) {
    List<Waiter> those = new ArrayList<>();
    byPiece
        .values()
        .forEach(all -> all.stream().filter(w -> w.reader().equals(reader)).forEach(those::add));
    those.forEach(this::remove);
    return those;
  }

  int count() {
    return byPiece.values().stream().mapToInt(Set::size).sum();
  }
}
