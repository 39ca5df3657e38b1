package dev.darner.bench;

import dev.darner.rig.Cost;
import dev.darner.rig.Etcd;
import dev.darner.rig.Functions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the processes of a control plane, and this one, use from when it is made. One thread. */
final class Meter {
  private static final double MIB = 1 << 20;
  private static final double MB = 1e6;
  private static final double NANOS = 1e9;
  private static final String PUTS = "etcd_mvcc_put_total";
  private static final String DELETES = "etcd_mvcc_delete_total";
  private static final String PROPOSALS = "etcd_server_proposals_applied_total";
  private static final String SYNCS = "etcd_disk_wal_fsync_duration_seconds_count";

  private final Etcd etcd;
  private final Map<String, Long> pids = new LinkedHashMap<>();
  private final Map<String, Double> cpuBefore = new LinkedHashMap<>();
  private final Map<String, Double> before;
  private final long start = System.nanoTime();

  Meter(List<Functions> replicas, Etcd etcd) {
    this.etcd = etcd;
    for (int i = 0; i < replicas.size(); i++) {
      pids.put("replica %d".formatted(i + 1), replicas.get(i).pid());
    }
    pids.put("etcd", etcd.pid());
    pids.put("the herd (this process)", ProcessHandle.current().pid());
    pids.forEach((name, pid) -> cpuBefore.put(name, Cost.cpuSeconds(pid)));
    this.before = etcd.metrics();
  }

  /** Everything up to now, a side for each process. */
  List<Side> sides() {
    double seconds = (System.nanoTime() - start) / NANOS;
    List<Side> sides = new ArrayList<>();
    pids.forEach((name, pid) -> {
      Bench.Samples samples = new Bench.Samples();
      samples.add("CPU", "s/s", (Cost.cpuSeconds(pid) - cpuBefore.get(name)) / seconds);
      samples.add("RSS", "MiB", Cost.resident(pid) / MIB);
      samples.add("peak RSS", "MiB", Cost.peak(pid) / MIB);
      if (name.equals("etcd")) {
        addEtcd(samples, seconds);
      }
      sides.add(samples.side(name));
    });
    return sides;
  }

  private void addEtcd(Bench.Samples samples, double seconds) {
    Map<String, Double> now = etcd.metrics();
    double writes = since(now, PUTS) + since(now, DELETES);
    samples.add("keys written", "1/s", writes / seconds);
    samples.add("raft proposals", "1/s", since(now, PROPOSALS) / seconds);
    samples.add("flushes of its log", "1/s", since(now, SYNCS) / seconds);
    addSize(samples, now);
  }

  private double since(Map<String, Double> now, String counter) {
    return now.get(counter) - before.get(counter);
  }

  /** How much of the database is in use, and how large it is. */
  static void addSize(Bench.Samples samples, Map<String, Double> metrics) {
    samples.add(
        "database in use", "MB", metrics.get("etcd_mvcc_db_total_size_in_use_in_bytes") / MB);
    samples.add("database", "MB", metrics.get("etcd_mvcc_db_total_size_in_bytes") / MB);
  }
}
