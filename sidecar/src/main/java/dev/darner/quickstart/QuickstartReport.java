package dev.darner.quickstart;

import dev.darner.model.ByteSize;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What quickstart saw.
 *
 * @param image that was pulled
 * @param imageBytes of its contents, each once
 * @param originBytes that the origin sent, as the origin counted where it is ours, otherwise as the
 *     nodes counted
 * @param originRatio {@code originBytes} by {@code imageBytes}; 1 is one copy
 * @param nodes each node's part
 */
record QuickstartReport(
    String image, long imageBytes, long originBytes, double originRatio, List<NodePart> nodes) {

  /**
   * What one node did.
   *
   * @param originBytes it read from the origin
   * @param peerBytes it took from peers, in all
   * @param from bytes from each peer, by the peer's name
   * @param seconds from the start of its pull to the last verified byte
   * @param verified every content of the image had its digest here
   */
  record NodePart(
      String name,
      long originBytes,
      long peerBytes,
      Map<String, Long> from,
      double seconds,
      boolean verified) {}

  /** Whether every node has verified the image. */
  boolean verified() {
    return nodes.stream().allMatch(NodePart::verified);
  }

  void printJson(PrintWriter out) {
    JsonMapper json = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    out.println(json.writeValueAsString(this));
    out.flush();
  }

  void print(PrintWriter out) {
    out.println();
    nodes.forEach(node -> out.println(line(node)));
    out.println();
    out.println(
        String.format(
            Locale.ROOT,
            "%s: %s on each of %d nodes; the origin sent %s, %.2f copies.",
            image,
            new ByteSize(imageBytes),
            nodes.size(),
            new ByteSize(originBytes),
            originRatio));
    out.flush();
  }

  private static String line(NodePart node) {
    String peers =
        node.from().entrySet().stream()
            .map(peer -> new ByteSize(peer.getValue()) + " from " + peer.getKey())
            .collect(Collectors.joining(", "));
    return String.format(
        Locale.ROOT,
        "%-8s %5.1f s   %10s from the origin   %s   %s",
        node.name(),
        node.seconds(),
        new ByteSize(node.originBytes()),
        peers.isEmpty() ? "nothing from peers" : peers,
        node.verified() ? "every digest holds" : "NOT VERIFIED");
  }
}
