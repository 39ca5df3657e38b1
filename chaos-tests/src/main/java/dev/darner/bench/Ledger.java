package dev.darner.bench;

import java.util.Collections;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.stream.IntStream;

/**
 * What the functions were told of the layers that a host of the herd has, with the numbers of the
 * contract: by the rules of a sidecar's own ledger. Used by one thread at a time.
 */
final class Ledger {
  private static final Byte NOTHING = 0;

  /** By layer, the band that the functions took. */
  private List<Byte> taken;

  private Inventory last;
  private long acknowledged;
  private boolean whole = true;

  Ledger(int layers) {
    this.taken = Collections.nCopies(layers, NOTHING);
    this.last = new Inventory(0, 0, taken);
  }

  /**
   * What an announcement tells.
   *
   * @param generation of this state
   * @param base the generation that {@code bands} is relative to; 0 with the whole
   * @param bands by layer; 0 of those that it does not mention
   */
  record Inventory(long generation, long base, List<Byte> bands) {
    Inventory {
      bands = List.copyOf(bands);
    }

    boolean isWhole() {
      return base == 0;
    }
  }

  /** What to announce when {@code now} are the bands of the layers, which only grow. */
  Inventory next(List<Byte> now) {
    if (whole) {
      return numbered(0, now);
    }
    List<Byte> changed = merged(now, taken, (is, was) -> is.equals(was) ? NOTHING : is);
    return now.equals(taken)
        ? new Inventory(acknowledged, acknowledged, changed)
        : numbered(acknowledged, changed);
  }

  private static List<Byte> merged(
      List<Byte> some, List<Byte> others, BinaryOperator<Byte> choice) {
    return IntStream.range(0, some.size())
        .mapToObj(layer -> choice.apply(some.get(layer), others.get(layer)))
        .toList();
  }

  /** The same again has the same number; anything else has one that was never used. */
  private Inventory numbered(long base, List<Byte> bands) {
    Inventory again = new Inventory(last.generation(), base, bands);
    last =
        last.generation() > base && again.equals(last)
            ? last
            : new Inventory(last.generation() + 1, base, bands);
    return last;
  }

  /** The functions have taken {@code told}. */
  void acknowledge(Inventory told) {
    taken =
        told.isWhole()
            ? told.bands()
            : merged(told.bands(), taken, (is, was) -> is.equals(NOTHING) ? was : is);
    acknowledged = told.generation();
    whole = false;
  }

  /** The functions do not know what they were told. */
  void forget() {
    whole = true;
  }

  /** Whether the functions know that every layer is here. */
  boolean isComplete() {
    return taken.stream().allMatch(band -> band == Layers.SEALED);
  }
}
