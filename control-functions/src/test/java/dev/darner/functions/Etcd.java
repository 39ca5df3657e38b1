package dev.darner.functions;

import dev.darner.settings.FreePorts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A real etcd of one member on free ports, with a folder of its own. */
final class Etcd implements AutoCloseable {
  private final Path folder = Files.createTempDirectory("darner-functions-etcd-");
  private final URI endpoint = URI.create("http://127.0.0.1:" + FreePorts.next());
  private final String peer = "http://127.0.0.1:" + FreePorts.next();
  private final long quota;
  private final Thread hook = new Thread(() -> process().destroyForcibly());
  private volatile Process process;

  private Etcd(long quota) throws IOException {
    this.quota = quota;
    this.process = launched();
    Runtime.getRuntime().addShutdownHook(hook);
  }

  private Process launched() {
    ProcessBuilder builder =
        new ProcessBuilder(
            "etcd",
            "--name=one",
            "--data-dir=" + folder.resolve("data"),
            "--listen-client-urls=" + endpoint,
            "--advertise-client-urls=" + endpoint,
            "--listen-peer-urls=" + peer,
            "--initial-advertise-peer-urls=" + peer,
            "--initial-cluster=one=" + peer,
            "--quota-backend-bytes=" + quota);
    builder.environment().keySet().removeIf(name -> name.startsWith("ETCD"));
    builder.redirectErrorStream(true).redirectOutput(folder.resolve("log").toFile());
    try {
      return builder.start();
    } catch (IOException e) {
      throw new AssertionError("these tests need etcd on PATH: apt-get install etcd-server", e);
    }
  }

  private Process process() {
    return process;
  }

  static Etcd started() throws Exception {
    return started(0);
  }

  /**
   * Starts one that takes no more than so much.
   *
   * @param quota bytes; 0 for what is usual
   */
  static Etcd started(long quota) throws Exception {
    Etcd etcd = new Etcd(quota);
    Eventually.holds("etcd serves", etcd::isHealthy);
    return etcd;
  }

  /** Another takes its place, at the same address, with nothing in it. */
  void wipe() throws Exception {
    end();
    delete(folder.resolve("data"));
    process = launched();
    Eventually.holds("etcd serves again", this::isHealthy);
  }

  private boolean isHealthy() throws Exception {
    if (!process.isAlive()) {
      throw new AssertionError("etcd ended:\n" + Files.readString(folder.resolve("log")));
    }
    HttpRequest request =
        HttpRequest.newBuilder(endpoint.resolve("/health")).timeout(Duration.ofSeconds(5)).build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request, HttpResponse.BodyHandlers.ofString()).body().contains("true");
    } catch (IOException e) {
      return false;
    }
  }

  URI endpoint() {
    return endpoint;
  }

  /** Makes it silent, with its connections open. */
  void freeze() throws Exception {
    run("kill", "-STOP", String.valueOf(process.pid()));
  }

  void thaw() throws Exception {
    run("kill", "-CONT", String.valueOf(process.pid()));
  }

  /** Forgets all that was before the revision. */
  void compact(long revision) throws Exception {
    var _ = ctl("compaction", "--physical", String.valueOf(revision));
  }

  /** Gives back what it forgot, and is told that there is space again. */
  void disarm() throws Exception {
    var _ = ctl("defrag");
    var _ = ctl("alarm", "disarm");
  }

  /** What {@code etcdctl get --prefix} shows a person: keys and values in turn. */
  List<String> show(String prefix) throws Exception {
    return ctl("get", "--prefix", prefix).lines().toList();
  }

  /** What etcdctl says. */
  String ctl(String... words) throws Exception {
    return run(
        Stream.concat(Stream.of("etcdctl", "--endpoints=" + endpoint), Stream.of(words))
            .toArray(String[]::new));
  }

  private static String run(String... command) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("ETCDCTL_API", "3");
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
      throw new AssertionError(String.join(" ", command) + " failed: " + said);
    }
    return said;
  }

  @Override
  public void close() throws IOException {
    end();
    delete(folder);
    Runtime.getRuntime().removeShutdownHook(hook);
  }

  private void end() {
    process.destroyForcibly().onExit().orTimeout(30, TimeUnit.SECONDS).join();
  }

  private static void delete(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
