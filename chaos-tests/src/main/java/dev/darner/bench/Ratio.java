package dev.darner.bench;

/**
 * How one side stands to another, by medians of one run.
 *
 * @param figure of which figure
 * @param of whose
 * @param to to whose
 */
public record Ratio(
    String figure, String of, String to, double value, double ofValue, double toValue) {

  static Ratio between(Side of, Side to, String figure) {
    double above = of.figure(figure).median();
    double below = to.figure(figure).median();
    return new Ratio(figure, of.name(), to.name(), above / below, above, below);
  }
}
