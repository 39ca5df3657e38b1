package dev.darner.bench;

import java.io.PrintWriter;
import java.util.Locale;

/** Prints a report for people. */
final class Table {
  private final PrintWriter out;

  Table(PrintWriter out) {
    this.out = out;
  }

  void print(Report report) {
    out.printf("%n%s%n", report.scenario());
    report.conditions().forEach(condition -> out.println("  " + condition));
    report.cases().forEach(this::print);
    out.flush();
  }

  private void print(Case one) {
    out.printf("%n  %s%n", one.name());
    for (Side side : one.sides()) {
      out.println("    " + side.name());
      side.figures().forEach(this::print);
    }
    one.ratios().forEach(this::print);
  }

  private void print(Figure figure) {
    out.printf(
        Locale.ROOT,
        "      %-34s %10.3f %-6s (%.3f .. %.3f, n=%d)%n",
        figure.name(),
        figure.median(),
        figure.unit(),
        figure.min(),
        figure.max(),
        figure.samples());
  }

  private void print(Ratio ratio) {
    out.printf(
        Locale.ROOT,
        "    %1$s, %2$s %3$s %4$s = %5$.3f %3$s %6$.3f = %7$.3f%n",
        ratio.figure(),
        ratio.of(),
        ratio.how(),
        ratio.to(),
        ratio.ofValue(),
        ratio.toValue(),
        ratio.value());
  }
}
