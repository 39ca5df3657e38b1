package dev.darner.rig;

import java.time.Duration;

/** One replica of the functions, as a process, over a real etcd. */
public final class Functions {
  private static final Duration TO_START = Duration.ofSeconds(60);

  private final RealProcess process;
  private final String url;

  private Functions(RealProcess process, String url) {
    this.process = process;
    this.url = url;
  }

  public static Functions start(Rig rig, Etcd etcd) {
    String listen = "127.0.0.1:" + rig.freePort();
    String url = "http://" + listen;
    RealProcess process =
        rig.process(
            rig.freshName("functions"),
            Darner.ENVIRONMENT,
            Darner.command(
                "functions", "--listen", listen, "--state", "etcd", "--etcd", etcd.url()));
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

  /** Kills it at once. */
  public void kill9() {
    process.kill9();
  }
}
