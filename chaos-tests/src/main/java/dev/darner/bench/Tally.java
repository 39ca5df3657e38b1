package dev.darner.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** How one kind of call went during one part of a run. Any thread may add. */
final class Tally {
  private static final int FIRST_ROOM = 1 << 12;
  private static final long NANOS_A_MICRO = 1_000;
  private static final double MICROS_A_MILLI = 1e3;

  /** Microseconds that each answer took, in the order in which they came. */
  private int[] took = new int[FIRST_ROOM];

  private int answers;
  private int errors;
  private String firstError;

  /** A call was answered as it should be. */
  synchronized void answered(long nanos) {
    if (answers == took.length) {
      took = Arrays.copyOf(took, 2 * answers);
    }
    took[answers++] = Math.toIntExact(nanos / NANOS_A_MICRO);
  }

  /** A call failed, or was answered with what makes no sense. */
  synchronized void failed(String why) {
    errors++;
    firstError = firstError == null ? why : firstError;
  }

  /** Calls that have ended. */
  synchronized int ended() {
    return answers + errors;
  }

  synchronized Optional<String> firstError() {
    return Optional.ofNullable(firstError);
  }

  /** Adds rate, latencies and errors of a part that took {@code seconds}. */
  synchronized void addTo(Bench.Samples samples, double seconds) {
    samples.add("calls/s", "1/s", answers / seconds);
    samples.add("errors", "", errors);
    if (answers > 0) {
      int[] sorted = Arrays.copyOf(took, answers);
      Arrays.sort(sorted);
      samples.add("p50", "ms", quantile(sorted, 0.5));
      samples.add("p99", "ms", quantile(sorted, 0.99));
      samples.add("p99.9", "ms", quantile(sorted, 0.999));
      samples.add("slowest", "ms", quantile(sorted, 1));
    }
  }

  /** The same as one side. */
  Side side(String name, double seconds, Figure... more) {
    Bench.Samples samples = new Bench.Samples();
    addTo(samples, seconds);
    List<Figure> figures = new ArrayList<>(samples.side(name).figures());
    figures.addAll(List.of(more));
    return new Side(name, figures);
  }

  private static double quantile(int[] sorted, double q) {
    return sorted[(int) Math.ceil(q * (sorted.length - 1))] / MICROS_A_MILLI;
  }
}
