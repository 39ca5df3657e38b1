package dev.darner.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.darner.rig.AccessLog;
import dev.darner.rig.Containerd;
import dev.darner.rig.Content;
import dev.darner.rig.DockerRegistry;
import dev.darner.rig.RealImage;
import dev.darner.rig.RealProcess;
import dev.darner.rig.Rig;
import dev.darner.rig.Sidecar;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Nodes, each a sidecar and a containerd that pulls through it, and the image that they pull. */
final class Swarm {
  static final String REPOSITORY = "team/app";
  private static final Duration TO_PULL = Duration.ofMinutes(3);

  private final Rig rig;
  private final RealImage image;
  private final String registry;
  private final List<Node> nodes = new ArrayList<>();

  /** One node. */
  record Node(Sidecar sidecar, Containerd containerd) {}

  /**
   * @param registry HOST:PORT by which the image is asked for
   */
  Swarm(Rig rig, RealImage image, String registry) {
    this.rig = rig;
    this.image = image;
    this.registry = registry;
  }

  /** Adds a node, named n1, n2 and so on; its sidecar has these flags more. */
  Sidecar add(String... flags) {
    List<String> all = new ArrayList<>(List.of(flags));
    all.addAll(List.of("--allow", "http://" + registry));
    Sidecar sidecar = Sidecar.start(rig, "n" + (nodes.size() + 1), all.toArray(String[]::new));
    Containerd containerd = Containerd.start(rig);
    containerd.mirror(registry, sidecar.registry());
    nodes.add(new Node(sidecar, containerd));
    return sidecar;
  }

  List<Sidecar> sidecars() {
    return nodes.stream().map(Node::sidecar).toList();
  }

  /** The name by which runtimes know the image. */
  String imageName() {
    return registry + "/" + REPOSITORY + ":" + RealImage.TAG;
  }

  /** The image by its digest, which nobody has to be asked about. */
  String digestName() {
    return registry + "/" + REPOSITORY + "@" + image.manifest();
  }

  /** Starts all pulls by digest at once, and has nobody unpack. */
  List<RealProcess> startFetchesByDigest() {
    return nodes.stream().map(node -> node.containerd().fetch(digestName())).toList();
  }

  /** Starts all pulls at once: the first node unpacks too, the others only fetch. */
  List<RealProcess> startPulls() {
    List<RealProcess> pulls = new ArrayList<>();
    pulls.add(nodes.getFirst().containerd().pull(imageName()));
    nodes.stream().skip(1).map(node -> node.containerd().fetch(imageName())).forEach(pulls::add);
    return pulls;
  }

  /** Starts all pulls at once, and has nobody unpack, which takes most of a minute. */
  List<RealProcess> startFetches() {
    return nodes.stream().map(node -> node.containerd().fetch(imageName())).toList();
  }

  /** Waits for pulls and checks every byte that the runtimes have then. */
  void finish(List<RealProcess> pulls) {
    finish(pulls, imageName());
  }

  /** As {@link #finish(List)}, of an image that was asked for by {@code name}. */
  void finish(List<RealProcess> pulls, String name) {
    pulls.forEach(pull -> pull.finish(TO_PULL));
    for (Node node : nodes) {
      assertEquals(image.manifest().toString(), node.containerd().digest(name));
      for (RealImage.Blob blob : image.blobs()) {
        assertEquals(blob.digest(), Content.of(node.containerd().blob(blob.digest())).digest());
      }
    }
  }

  /**
   * Checks by the registry's own log that it sent the manifest and each blob once, and nothing to a
   * runtime. Tags it may be asked about more often: what they mean may change.
   */
  static void assertReadOnce(DockerRegistry registry, RealImage image) {
    AccessLog log = registry.accessLogWith(image.contents());
    for (RealImage.Blob content : image.contents()) {
      List<AccessLog.Entry> gets = log.gets(content.digest());
      assertEquals(1, gets.size(), () -> "GETs of one content: " + gets);
      assertEquals(content.size(), gets.getFirst().bytes());
    }
    for (String runtime : List.of("containerd/", "libpod/", "containers/", "skopeo/")) {
      assertFalse(log.saw(runtime), () -> runtime + " went round its mirror: " + log.entries());
    }
  }
}
