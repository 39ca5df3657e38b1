package dev.darner.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.HostAddress;
import dev.darner.model.HostId;
import dev.darner.model.HostPattern;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterRecordTest {
  private static final String FULL =
      """
      {"default":true,"scopes":{"hosts":["gpu-*"],"cidrs":["10.1.0.0/16"],"zones":["eu-1a"],\
      "regions":["eu-1"]},"settings":{"piecesInFlight":8,"uploads":32,\
      "uploadBytesPerSecond":100000000,"downloadBytesPerSecond":0,\
      "allow":["http://registry.example:5000","*.suffix"],"seeds":["10.0.0.7:8472"]},\
      "crossCluster":"off","blocked":["node-9"],"originReaders":2,"originConcurrency":4,\
      "originBytesPerSecond":50000000}\
      """;

  private static Optional<ClusterRecord> read(String json) {
    return Json.read(json, ClusterRecord.class);
  }

  @Test
  void isWrittenSoThatAPersonCanReadIt() {
    assertEquals(FULL, Json.write(read(FULL).orElseThrow()));
  }

  @Test
  void whatIsNotSaidIsAsUsual() {
    ClusterRecord plain = read("{}").orElseThrow();
    assertEquals(ClusterRecord.PLAIN, plain);
    assertFalse(plain.isDefault());
    assertEquals(CrossCluster.SEEDS, plain.crossCluster());
    assertEquals(1, plain.originReaders());
    assertEquals(0, plain.originConcurrency());
    assertEquals(0, plain.originBytesPerSecond());
    assertEquals(Optional.empty(), plain.settings().uploads());
    assertEquals(Optional.of(plain), read(Json.write(plain)));
  }

  @Test
  void knowsWhomItBlocks() {
    ClusterRecord record = read(FULL).orElseThrow();
    assertTrue(record.blocks(new HostId("node-9")));
    assertFalse(record.blocks(new HostId("node-90")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"scopes\":{\"cidrs\":[\"10.0.0.1/8\"]}}",
        "{\"scopes\":{\"cidrs\":[null]}}",
        "{\"scopes\":{\"hosts\":[\"*\"]}}",
        "{\"scopes\":{\"zones\":[\"\"]}}",
        "{\"scopes\":{\"regions\":[\"a b\"]}}",
        "{\"scopes\":[]}",
        "{\"settings\":{\"uploads\":0}}",
        "{\"settings\":{\"uploads\":4097}}",
        "{\"settings\":{\"piecesInFlight\":257}}",
        "{\"settings\":{\"uploadBytesPerSecond\":-1}}",
        "{\"settings\":{\"allow\":[\"no such thing\"]}}",
        "{\"settings\":{\"allow\":[\"\\\"\"]}}",
        "{\"settings\":{\"seeds\":[\"host\"]}}",
        "{\"settings\":{\"seeds\":[\"host:0\"]}}",
        "{\"crossCluster\":\"sometimes\"}",
        "{\"blocked\":[\"A/B\"]}",
        "{\"originReaders\":-1}",
        "{\"originReaders\":65}",
        "{\"originConcurrency\":-1}",
        "{\"originBytesPerSecond\":-1}",
      })
  void whatCannotBeIsNoRecord(String json) {
    assertEquals(Optional.empty(), read(json));
  }

  @Test
  void hasABoundHoweverMuchIsSaid() {
    List<HostPattern> patterns = Collections.nCopies(257, new HostPattern("a"));
    assertThrows(
        IllegalArgumentException.class,
        () -> new ClusterScopes(patterns, List.of(), List.of(), List.of()));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new ClusterScopes(
                patterns.subList(0, 200), List.of(), Collections.nCopies(57, "z"), List.of()));
    List<HostId> endless = Collections.nCopies(1025, new HostId("n"));
    assertThrows(IllegalArgumentException.class, () -> blocking(endless));
    List<HostId> lengthy = Collections.nCopies(190, new HostId("n".repeat(253)));
    assertThrows(IllegalArgumentException.class, () -> blocking(lengthy));
  }

  @Test
  void theLargestStaysWithinWhatIsWrittenDown() {
    List<HostAddress> seeds =
        IntStream.range(0, 64).mapToObj(i -> new HostAddress("s" + i, 65_535)).toList();
    List<HostId> blocked =
        IntStream.range(0, 1024).mapToObj(i -> new HostId("host-with-a-name-of-30-" + i)).toList();
    List<HostPattern> hosts =
        IntStream.range(0, 256).mapToObj(i -> new HostPattern("n".repeat(70) + i)).toList();
    var settings =
        new SidecarSettings(
            Optional.of(1),
            Optional.of(1),
            Optional.of(Long.MAX_VALUE),
            Optional.of(Long.MAX_VALUE),
            List.of(),
            seeds);
    var record =
        new ClusterRecord(
            true,
            new ClusterScopes(hosts, List.of(), List.of(), List.of()),
            settings,
            CrossCluster.SEEDS,
            blocked,
            64,
            Integer.MAX_VALUE,
            Long.MAX_VALUE);
    assertTrue(Json.write(record).getBytes(StandardCharsets.UTF_8).length <= 64_000);
  }

  private static ClusterRecord blocking(List<HostId> hosts) {
    return new ClusterRecord(false, null, null, null, hosts, 0, 0, 0);
  }
}
