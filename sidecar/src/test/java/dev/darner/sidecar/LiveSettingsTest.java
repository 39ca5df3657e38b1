package dev.darner.sidecar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.controlplane.ClusterSettings;
import dev.darner.model.ByteSize;
import dev.darner.origin.AllowList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class LiveSettingsTest {
  private final Map<String, Object> pulled = new TreeMap<>();
  private final LiveSettings.Levers levers =
      new LiveSettings.Levers(
          pieces -> pulled.put("pieces", pieces),
          uploads -> pulled.put("uploads", uploads),
          rate -> pulled.put("upload", rate.bytes()),
          rate -> pulled.put("download", rate.bytes()),
          allow -> pulled.put("allow", allow));

  private static ClusterSettings cluster(int pieces, int uploads, long up, long down) {
    return new ClusterSettings(
        3,
        Optional.of(pieces),
        Optional.of(uploads),
        Optional.of(up),
        Optional.of(down),
        List.of("a.example"),
        List.of());
  }

  private static SidecarConfig.Limits limits(Integer pieces, Integer uploads, Long up, Long down) {
    return new SidecarConfig.Limits(
        Optional.ofNullable(pieces),
        Optional.ofNullable(uploads),
        Optional.ofNullable(up).map(ByteSize::new),
        Optional.ofNullable(down).map(ByteSize::new));
  }

  private void assertPulled(int pieces, int uploads, long up, long down, List<String> allow) {
    assertEquals(
        Map.of(
            "pieces", pieces,
            "uploads", uploads,
            "upload", up,
            "download", down,
            "allow", AllowList.parse(allow)),
        pulled);
  }

  @Test
  void whatNobodySaysIsAsUsual() {
    LiveSettings live = new LiveSettings(levers, SidecarConfig.Limits.NONE, List.of());
    live.settle(ClusterSettings.NONE);
    assertPulled(16, 64, 0, 0, AllowList.DEFAULT_ITEMS);
  }

  @Test
  void whatTheClusterSaysHoldsUntilItSaysNoMore() {
    LiveSettings live = new LiveSettings(levers, SidecarConfig.Limits.NONE, List.of());
    live.settle(cluster(3, 4, 5, 6));
    assertPulled(3, 4, 5, 6, List.of("a.example"));
    live.settle(ClusterSettings.NONE);
    assertPulled(16, 64, 0, 0, AllowList.DEFAULT_ITEMS);
  }

  @Test
  void whatTheOperatorOfTheNodeWritesGoesBeforeTheCluster() {
    LiveSettings live = new LiveSettings(levers, limits(7, null, 0L, null), List.of("b.example"));
    live.settle(cluster(3, 4, 5, 6));
    assertPulled(7, 4, 0, 6, List.of("b.example"));
    live.write(limits(null, 8, null, 9L));
    assertPulled(3, 8, 5, 9, List.of("b.example"));
  }

  @Test
  void whatCannotBeUsedUndoesNothingElseAndIsSaid() {
    LiveSettings live = new LiveSettings(levers, SidecarConfig.Limits.NONE, List.of());
    live.settle(cluster(3, 4, 5, 6));
    live.settle(
        new ClusterSettings(
            4,
            Optional.of(8),
            Optional.of(0),
            Optional.of(-1L),
            Optional.of(9L),
            List.of("no such thing"),
            List.of()));
    assertPulled(8, 4, 5, 9, List.of("a.example"));
    LiveSettings.Report report = live.report();
    assertEquals(
        List.of("allow", "uploadBytesPerSecond", "uploads"),
        List.copyOf(report.refused().keySet()));
    assertTrue(report.refused().get("allow").contains("no such thing"), report::toString);
    assertEquals(4, report.holding().get("uploads"));
    live.settle(cluster(1, 2, 3, 4));
    assertEquals(Map.of(), live.report().refused());
  }
}
