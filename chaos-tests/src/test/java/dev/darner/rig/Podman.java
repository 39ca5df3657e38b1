package dev.darner.rig;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The real podman, with storage of its own: overlay, or vfs where the kernel has no overlay here.
 */
public final class Podman {
  private static final Duration TO_ANSWER = Duration.ofSeconds(30);
  private static final Duration TO_PULL = Duration.ofMinutes(4);

  private final Rig rig;
  private final Path registries;
  private final String driver;

  /**
   * @param registries the registries.conf
   */
  public Podman(Rig rig, Path registries) {
    this.rig = rig;
    this.registries = registries;
    this.driver = start("overlay", "info").exit(TO_ANSWER) == 0 ? "overlay" : "vfs";
  }

  /** Pulls an image and unpacks it. */
  public void pull(String image) {
    start(driver, "pull", "--quiet", image).finish(TO_PULL);
  }

  /** The digest of the manifest of an image that was pulled. */
  public String digest(String image) {
    return start(driver, "image", "inspect", "--format={{.Digest}}", image)
        .finish(TO_ANSWER)
        .strip();
  }

  private RealProcess start(String storageDriver, String... arguments) {
    // Podman refuses a run folder whose path has more than 50 characters.
    Path home = rig.folder("pod-" + storageDriver.charAt(0));
    List<String> all = new ArrayList<>();
    all.add("--root=" + home.resolve("root"));
    all.add("--runroot=" + home.resolve("run"));
    all.add("--tmpdir=" + home.resolve("tmp"));
    all.add("--storage-driver=" + storageDriver);
    all.add("--events-backend=none");
    all.add("--cgroup-manager=cgroupfs");
    all.addAll(List.of(arguments));
    return rig.process(
        rig.freshName("podman"),
        Map.of("CONTAINERS_REGISTRIES_CONF", registries.toString()),
        Part.PODMAN.command(all.toArray(String[]::new)));
  }
}
