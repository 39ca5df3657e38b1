package dev.darner.rig;

import dev.darner.model.Digest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A real containerd, with root, state and socket of its own, and {@code ctr} to talk to it. */
public final class Containerd {
  private static final Duration TO_START = Duration.ofSeconds(30);
  private static final Duration TO_ANSWER = Duration.ofSeconds(30);

  private final Rig rig;
  private final String name;
  private final String socket;
  private final Path content;

  private Containerd(Rig rig, String name, String socket, Path content) {
    this.rig = rig;
    this.name = name;
    this.socket = socket;
    this.content = content;
  }

  public static Containerd start(Rig rig) {
    String name = rig.freshName("containerd");
    Path home = rig.folder(name);
    String socket = home.resolve("c.sock").toString();
    String config =
        """
        version = 2
        root = "%1$s/root"
        state = "%1$s/state"
        disabled_plugins = ["io.containerd.grpc.v1.cri"]
        [grpc]
          address = "%2$s"
        [ttrpc]
          address = "%1$s/t.sock"
        """
            .formatted(home, socket);
    Path file = rig.write(name, "config.toml", config);
    Containerd containerd =
        new Containerd(
            rig, name, socket, home.resolve("root/io.containerd.content.v1.content/blobs"));
    rig.process(name, Part.CONTAINERD.command("--config", file.toString()))
        .awaitReady(TO_START, containerd::answers);
    return containerd;
  }

  private boolean answers() {
    return Files.exists(Path.of(socket)) && ctr("version").exit(TO_ANSWER) == 0;
  }

  /**
   * Writes the hosts.toml of a registry.
   *
   * @param registry HOST:PORT, asked over plain HTTP when the mirror fails
   * @param mirror HOST:PORT
   */
  public void mirror(String registry, String mirror) {
    hosts(
        registry,
        """
        server = "http://%s"
        [host."http://%s"]
          capabilities = ["pull", "resolve"]
        """
            .formatted(registry, mirror));
  }

  /** Writes the hosts.toml of a registry that is asked directly, over plain HTTP. */
  public void direct(String registry) {
    hosts(registry, "server = \"http://%s\"\n".formatted(registry));
  }

  private void hosts(String registry, String text) {
    rig.write(name + "/hosts/" + registry, "hosts.toml", text);
  }

  /** Starts to pull an image and to unpack it. */
  public RealProcess pull(String image) {
    return ctr("images", "pull", "--hosts-dir", hostsFolder(), "--snapshotter", "native", image);
  }

  /** Starts to pull an image without unpacking it. */
  public RealProcess fetch(String image) {
    return ctr("content", "fetch", "--hosts-dir", hostsFolder(), image);
  }

  private String hostsFolder() {
    return rig.folder(name + "/hosts").toString();
  }

  /** The digest that an image's name leads to. */
  public String digest(String image) {
    return ctr("images", "ls", "name==" + image)
        .finish(TO_ANSWER)
        .lines()
        .flatMap(line -> Arrays.stream(line.split("\\s+")))
        .filter(word -> word.startsWith("sha256:"))
        .findFirst()
        .orElseThrow(() -> new AssertionError("containerd has no image " + image));
  }

  /** The file in which it keeps a blob. */
  public Path blob(Digest digest) {
    return content.resolve(digest.algorithm().prefix()).resolve(digest.hex());
  }

  private RealProcess ctr(String... arguments) {
    List<String> all = new ArrayList<>(List.of("--address", socket));
    all.addAll(List.of(arguments));
    return rig.process(rig.freshName(name + "-ctr"), Part.CTR.command(all.toArray(String[]::new)));
  }
}
