package dev.darner.quickstart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class QuickstartReportTest {
  private final StringWriter printed = new StringWriter();

  private static QuickstartReport report(boolean second) {
    return new QuickstartReport(
        "registry.example/a:1", 2048, 2048, 1, List.of(node("n1", true), node("n2", second)));
  }

  private static QuickstartReport.NodePart node(String name, boolean verified) {
    return new QuickstartReport.NodePart(name, 1024, 1024, Map.of("n3", 1024L), 1.5, verified);
  }

  private List<String> lines(QuickstartReport report) {
    report.print(new PrintWriter(printed));
    return printed.toString().lines().filter(line -> line.startsWith("n")).toList();
  }

  @Test
  void aNodeThatVerifiedAllSaysSo() {
    assertTrue(report(true).verified());
    for (String line : lines(report(true))) {
      assertTrue(line.endsWith("every digest holds"), line);
    }
  }

  @Test
  void aNodeThatDidNotSaysThat() {
    assertFalse(report(false).verified());
    List<String> lines = lines(report(false));
    assertTrue(lines.getFirst().endsWith("every digest holds"), lines::toString);
    assertTrue(lines.getLast().endsWith("NOT VERIFIED"), lines::toString);
  }

  @Test
  void jsonHasEachNodesOwnWord() {
    report(false).printJson(new PrintWriter(printed));
    JsonNode json = new JsonMapper().readTree(printed.toString());
    assertEquals(2, json.path("nodes").size());
    assertTrue(json.at("/nodes/0/verified").asBoolean());
    assertFalse(json.at("/nodes/1/verified").asBoolean(true));
    assertFalse(json.has("verified"), "the record's own components alone are printed");
  }
}
