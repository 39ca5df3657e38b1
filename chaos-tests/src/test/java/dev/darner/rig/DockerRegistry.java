package dev.darner.rig;

import dev.darner.model.Digest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A real docker-registry that holds one real image, which nobody can change. */
public final class DockerRegistry {
  private static final Duration TO_START = Duration.ofSeconds(30);
  private static final Duration TO_LOG = Duration.ofSeconds(10);

  private final RealProcess process;
  private final int port;

  private DockerRegistry(RealProcess process, int port) {
    this.process = process;
    this.port = port;
  }

  private static DockerRegistry start(Rig rig, Path storage, boolean readOnly) {
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
          maintenance:
            readonly:
              enabled: %b
        http:
          addr: 127.0.0.1:%d
          secret: rig
        """
            .formatted(storage, readOnly, port);
    RealProcess process =
        rig.process(
            name,
            Part.DOCKER_REGISTRY.command(
                "serve", rig.write(name, "config.yml", config).toString()));
    process.awaitReady(TO_START, () -> Http.ok("http://127.0.0.1:" + port + "/v2/"));
    return new DockerRegistry(process, port);
  }

  /**
   * Starts one that holds {@code image} as {@code REPOSITORY:v1}. It is pushed once; all that come
   * later serve what the first one stored.
   */
  public static DockerRegistry holding(Rig rig, RealImage image, String repository) {
    String name =
        "registry-%s-%s"
            .formatted(image.manifest().hex().substring(0, 16), repository)
            .replace('/', '-');
    Path storage =
        Kept.folder(
            name, (target, _) -> fill(rig, Files.createDirectory(target), image, repository));
    return start(rig, storage, true);
  }

  private static void fill(Rig rig, Path storage, RealImage image, String repository) {
    DockerRegistry registry = start(rig, storage, false);
    Skopeo.push(rig, image, registry.address() + "/" + repository);
    registry.stop();
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

  /** What it was asked. It logs a request when that has ended. */
  public AccessLog accessLog() {
    return AccessLog.parse(process.stdout());
  }

  /**
   * The log, once it has a GET of each of {@code contents}.
   *
   * @throws AssertionError when there is none for one of them
   */
  public AccessLog accessLogWith(List<RealImage.Blob> contents) {
    Await.until(
        "the registry's log has a GET of each of " + contents,
        TO_LOG,
        () -> contents.stream().noneMatch(content -> gets(content.digest()) == 0));
    return accessLog();
  }

  /** How often a blob, or a manifest by its digest, was asked for with GET. */
  public int gets(Digest digest) {
    return accessLog().gets(digest).size();
  }
}
