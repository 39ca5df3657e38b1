package dev.darner.rig;

import dev.darner.model.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One sidecar, as a process that can be killed and started again over its data. One thread. */
public final class Sidecar {
  /** The cluster that every sidecar of a rig is in, unless it is given another. */
  public static final String CLUSTER = "rig";

  private static final Duration TO_START = Duration.ofSeconds(60);
  private static final JsonMapper JSON = JsonMapper.builder().build();

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
   * @param more flags beside name, addresses and data
   */
  public static Sidecar start(Rig rig, String name, String... more) {
    Sidecar sidecar = new Sidecar(rig, name, List.of(more));
    sidecar.restart();
    return sidecar;
  }

  /** Starts it again, after it was killed, with the same addresses and data. */
  public void restart() {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("sidecar", "--name", name));
    if (!more.contains("--cluster")) {
      arguments.addAll(List.of("--cluster", CLUSTER));
    }
    arguments.addAll(List.of("--registry-listen", registry, "--admin-listen", admin));
    arguments.addAll(List.of("--peer-listen", peer, "--peer-advertise", peer));
    arguments.addAll(List.of("--bulk-listen", "127.0.0.1:0"));
    arguments.addAll(List.of("--data", data().toString()));
    arguments.addAll(more);
    process =
        rig.process(name, Darner.ENVIRONMENT, Darner.command(arguments.toArray(String[]::new)));
    process.awaitReady(TO_START, this::ready);
  }

  private boolean ready() {
    return Http.ok("http://" + admin + "/readyz") && Http.ok("http://" + registry + "/v2/");
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

  /** HOST:PORT where people and probes ask. */
  public String admin() {
    return admin;
  }

  /** Its data folder. */
  public Path data() {
    return rig.folder(name + "/data");
  }

  /** The body of a GET of its own report for people. */
  public String adminGet(String path) {
    return Http.get("http://" + admin + path);
  }

  /**
   * What it says of one task: {@code state}, {@code originBytes}, {@code peerBytes} and more; empty
   * fields where it knows none.
   */
  public JsonNode task(Digest digest) {
    return JSON.readTree(adminGet("/api/v1/tasks"))
        .path("tasks")
        .valueStream()
        .filter(task -> task.path("task").asString("").equals(digest.toString()))
        .findFirst()
        .orElse(JSON.missingNode());
  }

  /** Bytes of a task that it took from peers. */
  public long peerBytes(Digest digest) {
    return task(digest).path("peerBytes").valueStream().mapToLong(JsonNode::asLong).sum();
  }

  /** The files that it holds under a digest's name, whole or not. */
  public List<Path> filesOf(Digest digest) {
    try (Stream<Path> files = Files.walk(data())) {
      return files.filter(file -> file.toString().contains(digest.hex())).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The URL of a blob of {@code registry}'s {@code repository}, asked by this sidecar's door. */
  public String blobUrl(String upstream, String repository, Digest digest) {
    return url(upstream, repository + "/blobs/" + digest);
  }

  /** The URL of a path below {@code /v2/}, asked on behalf of {@code upstream}. */
  public String url(String upstream, String path) {
    return "http://%s/v2/%s?ns=%s".formatted(registry, path, upstream);
  }

  /** What it wrote to its standard error so far. */
  public String stderr() {
    return process.stderr();
  }

  public boolean alive() {
    return process.alive();
  }

  /** The process that it is now. */
  public long pid() {
    return process.pid();
  }

  /** Kills it as a power cut would. */
  public void kill9() {
    process.kill9();
  }

  /** Stops it as a debugger would: it lives, holds its connections, and does nothing. */
  public void pause() {
    process.signal("STOP");
  }

  /** Lets it go on after {@link #pause}. */
  public void goOn() {
    process.signal("CONT");
  }

  /** Bytes of memory that it has resident now. */
  public long rssBytes() {
    return Cost.resident(pid());
  }

  /** The most bytes of memory that it has had resident. */
  public long peakRssBytes() {
    return Cost.peak(pid());
  }
}
