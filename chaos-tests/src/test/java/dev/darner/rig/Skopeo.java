package dev.darner.rig;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The real skopeo: it pushes what a registry shall hold, and pulls through a mirror. */
public final class Skopeo {
  private static final Duration TO_COPY = Duration.ofMinutes(3);

  private Skopeo() {}

  /** Pushes {@code image} as it is to {@code HOST:PORT/REPOSITORY}, tag v1. */
  static void push(Rig rig, RealImage image, String repository) {
    run(
        rig,
        List.of("--insecure-policy"),
        "--preserve-digests",
        "--quiet",
        "--dest-tls-verify=false",
        "oci:" + image.layout() + ":" + RealImage.TAG,
        "docker://" + repository + ":" + RealImage.TAG);
  }

  /**
   * Pulls an image into a new folder, manifest and blobs as files, and returns the folder.
   *
   * @param image {@code HOST:PORT/REPOSITORY:TAG}
   * @param registries the registries.conf
   */
  public static Path pull(Rig rig, String image, Path registries) {
    Path target = rig.freshFolder("skopeo-pulled");
    run(
        rig,
        List.of("--insecure-policy", "--registries-conf", registries.toString()),
        "--preserve-digests",
        "--quiet",
        "docker://" + image,
        "dir:" + target);
    return target;
  }

  private static void run(Rig rig, List<String> global, String... copy) {
    List<String> arguments = new ArrayList<>(global);
    arguments.add("copy");
    arguments.addAll(List.of(copy));
    rig.process(rig.freshName("skopeo"), Part.SKOPEO.command(arguments.toArray(String[]::new)))
        .finish(TO_COPY);
  }
}
