package dev.darner.bench;

/**
 * How one side stands to another, by medians of one run.
 *
 * @param figure of which figure
 * @param how {@code /} for the quotient, {@code -} for the difference
 * @param of whose
 * @param to to whose
 */
public record Ratio(
    String figure, String how, String of, String to, double value, double ofValue, double toValue) {

  static Ratio between(Side of, Side to, String figure) {
    return compared("/", of, to, figure);
  }

  static Ratio difference(Side of, Side to, String figure) {
    return compared("-", of, to, figure);
  }

  private static Ratio compared(String how, Side of, Side to, String figure) {
    double one = of.figure(figure).median();
    double other = to.figure(figure).median();
    double value = how.equals("/") ? one / other : one - other;
    return new Ratio(figure, how, of.name(), to.name(), value, one, other);
  }
}
