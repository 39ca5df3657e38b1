package dev.darner.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.stream.IntStream;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Prints facts, as a table for people or as JSON for programs. */
final class Printer {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
  private static final String GAP = "  ";

  private Printer() {}

  /** Prints a value as JSON. */
  static void json(PrintWriter out, Object value) {
    out.println(JSON.writeValueAsString(value));
    out.flush();
  }

  /** Prints rows in columns as wide as they need, the heading first. */
  static void table(PrintWriter out, List<String> heading, List<List<String>> rows) {
    List<Integer> widths =
        IntStream.range(0, heading.size()).mapToObj(i -> width(i, heading, rows)).toList();
    out.println(line(heading, widths));
    rows.forEach(row -> out.println(line(row, widths)));
    out.flush();
  }

  private static int width(int column, List<String> heading, List<List<String>> rows) {
    int widest = rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
    return Math.max(widest, heading.get(column).length());
  }

  private static String line(List<String> cells, List<Integer> widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < cells.size(); i++) {
      line.append(cells.get(i)).repeat(' ', widths.get(i) - cells.get(i).length()).append(GAP);
    }
    return line.toString().stripTrailing();
  }
}
