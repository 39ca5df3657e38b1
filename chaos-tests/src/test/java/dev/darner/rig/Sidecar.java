package dev.darner.rig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** One sidecar, as a process that can be killed and started again over its data. One thread. */
public final class Sidecar {
  /** The cluster that every sidecar of a rig is in. */
  public static final String CLUSTER = "rig";

  private static final Duration TO_START = Duration.ofSeconds(60);
  private static final long KIB = 1024;

  private final Rig rig;
  private final String name;
  private final String registry;
  private final String peer;
  private final String admin;
  private final List<String> more;
  private RealProcess process;

  private Sidecar(Rig rig, String name, List<String> more) {
    this.rig = rig;
    this.name = name;
    this.more = List.copyOf(more);
    this.registry = "127.0.0.1:" + rig.freePort();
    this.peer = "127.0.0.1:" + rig.freePort();
    this.admin = "127.0.0.1:" + rig.freePort();
  }

  /**
   * Starts one with data of its own.
   *
   * @param more flags beside name, cluster, addresses and data
   */
  public static Sidecar start(Rig rig, String name, String... more) {
    Sidecar sidecar = new Sidecar(rig, name, List.of(more));
    sidecar.restart();
    return sidecar;
  }

  /** Starts it again, after it was killed, with the same addresses and data. */
  public void restart() {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("sidecar", "--name", name, "--cluster", CLUSTER));
    arguments.addAll(List.of("--registry-listen", registry, "--admin-listen", admin));
    arguments.addAll(List.of("--peer-listen", peer, "--peer-advertise", peer));
    arguments.addAll(List.of("--data", data().toString()));
    arguments.addAll(more);
    process =
        rig.process(name, Darner.ENVIRONMENT, Darner.command(arguments.toArray(String[]::new)));
    process.awaitReady(TO_START, () -> Http.ok("http://" + registry + "/v2/"));
  }

  public String name() {
    return name;
  }

  /** HOST:PORT of the door for runtimes. */
  public String registry() {
    return registry;
  }

  /** HOST:PORT where other sidecars reach it. */
  public String peer() {
    return peer;
  }

  /** Its data folder. */
  public Path data() {
    return rig.folder(name + "/data");
  }

  /** The body of a GET of its own report for people. */
  public String adminGet(String path) {
    return Http.get("http://" + admin + path);
  }

  public boolean alive() {
    return process.alive();
  }

  /** Kills it as a power cut would. */
  public void kill9() {
    process.kill9();
  }

  /** Bytes of memory that it has resident now. */
  public long rssBytes() {
    return status("VmRSS:");
  }

  /** The most bytes of memory that it has had resident. */
  public long peakRssBytes() {
    return status("VmHWM:");
  }

  private long status(String field) {
    try {
      return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
          .filter(line -> line.startsWith(field))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * KIB)
          .sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
