package dev.darner.rig;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** One replica of the functions, as a process. */
public final class Functions {
  private static final Duration TO_START = Duration.ofSeconds(60);

  private final RealProcess process;
  private final String url;

  private Functions(RealProcess process, String url) {
    this.process = process;
    this.url = url;
  }

  /** Starts one over a real etcd, which everybody may ask. */
  public static Functions start(Rig rig, Etcd etcd) {
    return start(rig, "--state", "etcd", "--etcd", etcd.url(), "--access", "open");
  }

  /** Starts one over a real etcd that asks for a token. */
  public static Functions startGuarded(Rig rig, Etcd etcd) {
    return start(rig, "--state", "etcd", "--etcd", etcd.url());
  }

  /** Starts one whose state is its own memory. */
  public static Functions startInMemory(Rig rig) {
    return start(rig, "--state", "memory");
  }

  private static Functions start(Rig rig, String... state) {
    String listen = "127.0.0.1:" + rig.freePort();
    String url = "http://" + listen;
    List<String> arguments = new ArrayList<>(List.of("functions", "--listen", listen));
    arguments.addAll(List.of(state));
    RealProcess process = Darner.start(rig, "functions", arguments.toArray(String[]::new));
    process.awaitReady(TO_START, () -> Http.ok(url + "/readyz"));
    return new Functions(process, url);
  }

  public String url() {
    return url;
  }

  /** The body of a GET of its REST side. */
  public String get(String path) {
    return Http.get(url + path);
  }

  /** What it wrote to its standard error so far. */
  public String stderr() {
    return process.stderr();
  }

  /** Kills it at once. */
  public void kill9() {
    process.kill9();
  }
}
