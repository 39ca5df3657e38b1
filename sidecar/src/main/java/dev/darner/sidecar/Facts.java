package dev.darner.sidecar;

import dev.darner.controlplane.Neighbourhood;
import dev.darner.controlplane.Standing;
import dev.darner.model.HostAddress;
import dev.darner.store.BlobStore;
import dev.darner.task.TaskReport;
import dev.darner.task.Tasks;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What the admin address tells, in the form in which it is told. */
final class Facts {
  private Facts() {}

  record TaskList(List<TaskFact> tasks) {}

  record TaskFact(
      String task,
      String label,
      String state,
      long size,
      long originBytes,
      Map<String, Long> peerBytes,
      String started,
      double seconds,
      String failure) {}

  record HeldList(long usedBytes, List<HeldFact> held) {}

  record HeldFact(String task, long size, boolean sealed, int pieces, int of) {}

  record Neighbours(List<NeighbourFact> neighbours, List<String> seeds) {}

  /** In which cluster this host is and why, and what holds here of what can be changed. */
  record SettingsFact(
      String cluster,
      String clusterReason,
      long version,
      Map<String, Object> holding,
      Map<String, String> refused) {}

  record NeighbourFact(String name, String address, boolean seed) {}

  /** Live and recent tasks, the newest first. */
  static TaskList tasks(Tasks tasks) {
    return new TaskList(
        tasks.reports().stream()
            .sorted(Comparator.comparing(TaskReport::started).reversed())
            .map(Facts::fact)
            .toList());
  }

  private static TaskFact fact(TaskReport report) {
    return new TaskFact(
        report.task().text(),
        report.label(),
        report.state().name().toLowerCase(Locale.ROOT),
        report.size(),
        report.originBytes(),
        byName(report.peerBytes()),
        report.started().toString(),
        report.took().toMillis() / 1e3,
        report.failure());
  }

  private static Map<String, Long> byName(Map<HostAddress, Long> bytes) {
    return bytes.entrySet().stream()
        .collect(
            Collectors.toMap(
                entry -> entry.getKey().toString(), Map.Entry::getValue, Long::sum, TreeMap::new));
  }

  /** What the store has. */
  static HeldList held(BlobStore store) {
    return new HeldList(
        store.usedBytes(),
        store.held().stream()
            .map(h -> new HeldFact(h.task().text(), h.size(), h.sealed(), h.landed(), h.of()))
            .toList());
  }

  /** How this host works. */
  static SettingsFact settings(Standing standing, LiveSettings.Report report) {
    return new SettingsFact(
        standing.cluster().text(),
        standing.reason(),
        standing.settings().version(),
        report.holding(),
        report.refused());
  }

  /** Whom this host knows. */
  static Neighbours neighbours(Neighbourhood known) {
    return new Neighbours(
        known.neighbours().stream()
            .map(h -> new NeighbourFact(h.id().text(), h.address().toString(), h.seed()))
            .toList(),
        known.seeds().stream().map(HostAddress::toString).toList());
  }
}
