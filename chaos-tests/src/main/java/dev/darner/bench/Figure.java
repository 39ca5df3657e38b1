package dev.darner.bench;

import java.util.List;

/**
 * One thing that was measured several times.
 *
 * @param name what, for example {@code bytes/s}
 * @param unit of the values, for example {@code MB/s}
 * @param median of an even number of samples, the mean of the two in the middle
 * @param samples how many there were
 */
public record Figure(String name, String unit, double median, double min, double max, int samples) {

  /**
   * Sums up {@code samples}, in any order.
   *
   * @throws IllegalArgumentException when there is none
   */
  static Figure of(String name, String unit, List<Double> samples) {
    if (samples.isEmpty()) {
      throw new IllegalArgumentException("no sample of " + name);
    }
    List<Double> sorted = samples.stream().sorted().toList();
    return new Figure(
        name, unit, quantile(sorted, 0.5), sorted.getFirst(), sorted.getLast(), sorted.size());
  }

  /**
   * The value below which the part {@code q} of {@code sorted} lies, between two samples where it
   * falls there.
   */
  static double quantile(List<Double> sorted, double q) {
    double place = q * (sorted.size() - 1);
    int below = (int) Math.floor(place);
    int above = (int) Math.ceil(place);
    return sorted.get(below) + (place - below) * (sorted.get(above) - sorted.get(below));
  }
}
