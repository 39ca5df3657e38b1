package dev.darner.bench;

import dev.darner.rig.Http;
import dev.darner.rig.RealProcess;
import dev.darner.rig.Rig;
import dev.darner.rig.Sidecar;
import java.time.Duration;

/** Parts of Darner that several scenarios start alike. */
final class Parts {
  private static final Duration TO_START = Duration.ofSeconds(60);

  private Parts() {}

  /** Starts functions with state in memory; returns their URL. */
  static String functions(Rig rig) {
    String listen = "127.0.0.1:" + rig.freePort();
    RealProcess process =
        Sidecar.command(rig, "functions", "--listen", listen, "--state", "memory");
    process.awaitReady(TO_START, () -> Http.ok("http://" + listen + "/readyz"));
    return "http://" + listen;
  }
}
