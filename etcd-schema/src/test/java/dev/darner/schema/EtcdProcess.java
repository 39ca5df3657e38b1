package dev.darner.schema;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.darner.settings.FreePorts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A real etcd of one member on free ports of this machine, with a folder of its own. */
final class EtcdProcess implements AutoCloseable {
  private final Path folder = Files.createTempDirectory("darner-etcd-");
  private final int clientPort;
  private final int peerPort;
  private final Thread hook = new Thread(this::killNow);
  private final String name;
  private final long quota;
  private String initialCluster;
  private volatile Process process;

  private EtcdProcess(String name) throws IOException {
    this(name, 0);
  }

  private EtcdProcess(String name, long quota) throws IOException {
    this.name = name;
    this.quota = quota;
    clientPort = FreePorts.next();
    peerPort = FreePorts.next();
    initialCluster = name + "=" + peer();
    Runtime.getRuntime().addShutdownHook(hook);
  }

  static EtcdProcess started() throws Exception {
    return started(0);
  }

  /**
   * Starts one that takes no more than so much.
   *
   * @param quota bytes; 0 for what is usual
   */
  static EtcdProcess started(long quota) throws Exception {
    EtcdProcess etcd = new EtcdProcess("one", quota);
    try {
      etcd.start();
      return etcd;
    } catch (Exception | AssertionError e) {
      etcd.close();
      throw e;
    }
  }

  /** Two that are one etcd, and have no leader when either is dead. Not started. */
  static List<EtcdProcess> pair() throws IOException {
    EtcdProcess one = new EtcdProcess("one");
    EtcdProcess other = new EtcdProcess("other");
    String both = one.initialCluster + "," + other.initialCluster;
    one.initialCluster = both;
    other.initialCluster = both;
    return List.of(one, other);
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + clientPort);
  }

  private String peer() {
    return "http://127.0.0.1:" + peerPort;
  }

  /** Starts it on what its folder holds, and returns once it serves. */
  void start() throws Exception {
    launch();
    awaitHealth();
  }

  /** Starts it and returns at once. */
  void launch() {
    ProcessBuilder builder =
        new ProcessBuilder(
            "etcd",
            "--name=" + name,
            "--data-dir=" + data(),
            "--listen-client-urls=" + endpoint(),
            "--advertise-client-urls=" + endpoint(),
            "--listen-peer-urls=" + peer(),
            "--initial-advertise-peer-urls=" + peer(),
            "--initial-cluster=" + initialCluster,
            "--quota-backend-bytes=" + quota);
    builder.environment().keySet().removeIf(variable -> variable.startsWith("ETCD_"));
    builder.redirectErrorStream(true).redirectOutput(log().toFile());
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new AssertionError("these tests need etcd on PATH: apt-get install etcd-server", e);
    }
  }

  void awaitHealth() throws Exception {
    Eventually.holds("etcd serves", this::isHealthy);
  }

  private Path data() {
    return folder.resolve("data");
  }

  private Path log() {
    return folder.resolve("log");
  }

  private boolean isHealthy() throws Exception {
    if (!process.isAlive()) {
      throw new AssertionError("etcd ended:\n" + Files.readString(log()));
    }
    HttpRequest request =
        HttpRequest.newBuilder(endpoint().resolve("/health"))
            .timeout(Duration.ofSeconds(5))
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request, HttpResponse.BodyHandlers.ofString()).body().contains("true");
    } catch (IOException e) {
      return false;
    }
  }

  /** Ends it as a loss of power would. */
  void kill() {
    process.destroyForcibly().onExit().orTimeout(30, TimeUnit.SECONDS).join();
  }

  private void killNow() {
    if (process != null) {
      process.destroyForcibly();
    }
  }

  /** Makes it silent, with its connections open. */
  void freeze() throws Exception {
    signal("STOP");
  }

  void thaw() throws Exception {
    signal("CONT");
  }

  private void signal(String name) throws Exception {
    Process kill = new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start();
    if (kill.waitFor() != 0) {
      throw new AssertionError("kill -" + name + " failed");
    }
  }

  /** Runs etcdctl. */
  void ctl(String... words) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            Stream.concat(Stream.of("etcdctl", "--endpoints=" + endpoint()), Stream.of(words))
                .toList());
    builder.environment().put("ETCDCTL_API", "3");
    Process etcdctl = builder.redirectErrorStream(true).start();
    String said = new String(etcdctl.getInputStream().readAllBytes(), UTF_8);
    if (etcdctl.waitFor() != 0) {
      throw new AssertionError(String.join(" ", words) + " failed: " + said);
    }
  }

  /** Deletes what a killed etcd kept. */
  void wipe() throws IOException {
    delete(data());
  }

  /** Copies what a killed etcd kept. */
  void backUp() throws IOException {
    copy(data(), folder.resolve("copy"));
  }

  /** Puts the copy in the place of what a killed etcd kept. */
  void restore() throws IOException {
    wipe();
    copy(folder.resolve("copy"), data());
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file)));
      }
    }
  }

  private static void delete(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  @Override
  public void close() throws IOException {
    if (process != null) {
      kill();
    }
    delete(folder);
    Runtime.getRuntime().removeShutdownHook(hook);
  }
}
