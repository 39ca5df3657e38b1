package dev.darner.rig;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The real podman, with storage of its own. */
public final class Podman {
  private static final Duration TO_PULL = Duration.ofMinutes(4);

  private final Rig rig;
  private final Path registries;
  private final List<String> global;

  /**
   * @param registries the registries.conf
   */
  public Podman(Rig rig, Path registries) {
    this.rig = rig;
    this.registries = registries;
    // Podman refuses a run folder whose path has more than 50 characters.
    Path home = rig.freshFolder("pod");
    this.global =
        List.of(
            "--root=" + home.resolve("root"),
            "--runroot=" + home.resolve("run"),
            "--tmpdir=" + home.resolve("tmp"),
            "--storage-driver=vfs",
            "--events-backend=none",
            "--cgroup-manager=cgroupfs");
  }

  /** Pulls an image and unpacks it. */
  public void pull(String image) {
    run("pull", "--quiet", image);
  }

  /** The digest of the manifest of an image that was pulled. */
  public String digest(String image) {
    return run("image", "inspect", "--format={{.Digest}}", image).strip();
  }

  private String run(String... arguments) {
    List<String> all = new ArrayList<>(global);
    all.addAll(List.of(arguments));
    Map<String, String> environment = Map.of("CONTAINERS_REGISTRIES_CONF", registries.toString());
    return rig.process(
            rig.freshName("podman"), environment, Part.PODMAN.command(all.toArray(String[]::new)))
        .finish(TO_PULL);
  }
}
