package dev.darner.rig;

import dev.darner.model.Digest;
import java.time.Duration;

/** A real docker-registry, with a storage of its own that is empty at first. */
public final class DockerRegistry {
  private static final Duration TO_START = Duration.ofSeconds(30);
  private static final Duration TO_LOG = Duration.ofSeconds(10);

  private final RealProcess process;
  private final int port;
  private int linesBefore;

  private DockerRegistry(RealProcess process, int port) {
    this.process = process;
    this.port = port;
  }

  public static DockerRegistry start(Rig rig) {
    String name = rig.freshName("docker-registry");
    int port = rig.freePort();
    String config =
        """
        version: 0.1
        log:
          level: error
        storage:
          filesystem:
            rootdirectory: %s
        http:
          addr: 127.0.0.1:%d
          secret: rig
        """
            .formatted(rig.folder(name + "/storage"), port);
    RealProcess process =
        rig.process(
            name,
            Part.DOCKER_REGISTRY.command(
                "serve", rig.write(name, "config.yml", config).toString()));
    process.awaitReady(TO_START, () -> Http.ok("http://127.0.0.1:" + port + "/v2/"));
    return new DockerRegistry(process, port);
  }

  /** Starts one that holds {@code image} as {@code REPOSITORY:v1}; its access log is empty. */
  public static DockerRegistry holding(Rig rig, RealImage image, String repository) {
    DockerRegistry registry = start(rig);
    Skopeo.push(rig, image, registry.address() + "/" + repository);
    registry.forgetLog();
    return registry;
  }

  /** Ends it; its storage stays. */
  public void stop() {
    process.close();
  }

  /** HOST:PORT. */
  public String address() {
    return "127.0.0.1:" + port;
  }

  public int port() {
    return port;
  }

  private void forgetLog() {
    linesBefore = (int) process.stdout().lines().count();
  }

  /** What it was asked since it is {@link #holding}. It logs a request when that has ended. */
  public AccessLog accessLog() {
    return AccessLog.parse(String.join("\n", process.stdout().lines().skip(linesBefore).toList()));
  }

  /**
   * The log, once it has a GET of each blob of {@code image}.
   *
   * @throws AssertionError when there is none for a blob
   */
  public AccessLog accessLogWithAll(RealImage image) {
    Await.until(
        "the registry's log has a GET of each blob of the image",
        TO_LOG,
        () -> image.blobs().stream().noneMatch(blob -> blobGets(blob.digest()) == 0));
    return accessLog();
  }

  /** How often the blob was asked for with GET. */
  public int blobGets(Digest digest) {
    return accessLog().blobGets(digest).size();
  }
}
