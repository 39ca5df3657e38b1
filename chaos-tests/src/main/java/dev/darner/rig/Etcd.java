package dev.darner.rig;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A real etcd of one member, empty at first. */
public final class Etcd {
  private static final Duration TO_START = Duration.ofSeconds(30);
  private static final Duration TO_ANSWER = Duration.ofSeconds(10);

  private final Rig rig;
  private final String url;

  private Etcd(Rig rig, String url) {
    this.rig = rig;
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
    return new Etcd(rig, client);
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

  private String etcdctl(String... arguments) {
    List<String> command = Part.ETCDCTL.command(arguments);
    Map<String, String> environment = Map.of("ETCDCTL_API", "3", "ETCDCTL_ENDPOINTS", url);
    try (RealProcess process = rig.process(rig.freshName("etcdctl"), environment, command)) {
      return process.finish(TO_ANSWER);
    }
  }
}
