package dev.darner.rig;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A real etcd of one member, empty at first. */
public final class Etcd {
  private static final Duration TO_START = Duration.ofSeconds(30);
  private static final Duration TO_ANSWER = Duration.ofSeconds(10);

  /** Of a large database. */
  private static final Duration TO_COMPACT = Duration.ofMinutes(2);

  private static final String REVISION = "etcd_debugging_mvcc_current_revision";

  private final Rig rig;
  private final RealProcess process;
  private final String url;

  private Etcd(Rig rig, RealProcess process, String url) {
    this.rig = rig;
    this.process = process;
    this.url = url;
  }

  public static Etcd start(Rig rig) {
    String name = rig.freshName("etcd");
    String client = "http://127.0.0.1:" + rig.freePort();
    String peer = "http://127.0.0.1:" + rig.freePort();
    RealProcess process =
        rig.process(
            name,
            Part.ETCD.command(
                "--name=rig",
                "--data-dir=" + rig.folder(name).resolve("data"),
                "--listen-client-urls=" + client,
                "--advertise-client-urls=" + client,
                "--listen-peer-urls=" + peer,
                "--initial-advertise-peer-urls=" + peer,
                "--initial-cluster=rig=" + peer,
                "--logger=zap"));
    process.awaitReady(TO_START, () -> Http.ok(client + "/health"));
    return new Etcd(rig, process, client);
  }

  public String url() {
    return url;
  }

  /** What {@code etcdctl get --prefix} prints: key and value on lines in turn. */
  public List<String> getPrefix(String prefix) {
    return etcdctl("get", "--prefix", prefix).lines().toList();
  }

  /** The keys under {@code prefix}. */
  public List<String> keys(String prefix) {
    return etcdctl("get", "--prefix", "--keys-only", prefix)
        .lines()
        .filter(line -> !line.isBlank())
        .toList();
  }

  /** The process that it is. */
  public long pid() {
    return process.pid();
  }

  /** What it counts, by the names of its {@code /metrics}; those without labels. */
  public Map<String, Double> metrics() {
    Map<String, Double> metrics = new HashMap<>();
    for (String line : Http.get(url + "/metrics").lines().toList()) {
      int space = line.indexOf(' ');
      if (space > 0 && line.charAt(0) != '#' && line.charAt(space - 1) != '}') {
        metrics.put(line.substring(0, space), Double.valueOf(line.substring(space + 1)));
      }
    }
    return metrics;
  }

  /** Forgets all that was before now, and returns once that is done. */
  public void compact() {
    long revision = metrics().get(REVISION).longValue();
    String timeout = "--command-timeout=%ds".formatted(TO_COMPACT.toSeconds());
    String _ = etcdctl(TO_COMPACT, timeout, "compaction", "--physical", Long.toString(revision));
  }

  private String etcdctl(String... arguments) {
    return etcdctl(TO_ANSWER, arguments);
  }

  private String etcdctl(Duration deadline, String... arguments) {
    List<String> command = Part.ETCDCTL.command(arguments);
    Map<String, String> environment = Map.of("ETCDCTL_API", "3", "ETCDCTL_ENDPOINTS", url);
    try (RealProcess etcdctl = rig.process(rig.freshName("etcdctl"), environment, command)) {
      return etcdctl.finish(deadline);
    }
  }
}
