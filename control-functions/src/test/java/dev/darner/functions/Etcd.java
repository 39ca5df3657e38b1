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
  private final URI endpoint;
  private final Process process;
  private final Thread hook;

  private Etcd(int port, int peerPort) throws IOException {
    endpoint = URI.create("http://127.0.0.1:" + port);
    String peer = "http://127.0.0.1:" + peerPort;
    ProcessBuilder builder =
        new ProcessBuilder(
            "etcd",
            "--name=one",
            "--data-dir=" + folder.resolve("data"),
            "--listen-client-urls=" + endpoint,
            "--advertise-client-urls=" + endpoint,
            "--listen-peer-urls=" + peer,
            "--initial-advertise-peer-urls=" + peer,
            "--initial-cluster=one=" + peer);
    builder.environment().keySet().removeIf(name -> name.startsWith("ETCD"));
    builder.redirectErrorStream(true).redirectOutput(folder.resolve("log").toFile());
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new AssertionError("these tests need etcd on PATH: apt-get install etcd-server", e);
    }
    hook = new Thread(process::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(hook);
  }

  static Etcd started() throws Exception {
    Etcd etcd = new Etcd(FreePorts.next(), FreePorts.next());
    Eventually.holds("etcd serves", etcd::isHealthy);
    return etcd;
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
    var _ =
        run(
            "etcdctl",
            "--endpoints=" + endpoint,
            "compaction",
            "--physical",
            String.valueOf(revision));
  }

  /** What {@code etcdctl get --prefix} shows a person: keys and values in turn. */
  List<String> show(String prefix) throws Exception {
    return run("etcdctl", "--endpoints=" + endpoint, "get", "--prefix", prefix).lines().toList();
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
    process.destroyForcibly().onExit().orTimeout(30, TimeUnit.SECONDS).join();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
    Runtime.getRuntime().removeShutdownHook(hook);
  }
}
