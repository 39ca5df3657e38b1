package dev.darner.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.Digest;
import dev.darner.rig.Await;
import dev.darner.rig.Content;
import dev.darner.rig.DockerRegistry;
import dev.darner.rig.Etcd;
import dev.darner.rig.Functions;
import dev.darner.rig.LiveRig;
import dev.darner.rig.Part;
import dev.darner.rig.Podman;
import dev.darner.rig.RealImage;
import dev.darner.rig.RegistriesConf;
import dev.darner.rig.Sidecar;
import dev.darner.rig.Skopeo;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.json.JsonMapper;

/** Real runtimes pull a real image of a real registry, over two functions and a real etcd. */
@Tag("live")
class PullTest {
  private static final String ROOT = "/darner/v1/";
  private static final Duration TO_BE_TOLD = Duration.ofSeconds(30);

  @RegisterExtension final LiveRig rig = new LiveRig();

  private RealImage image;
  private DockerRegistry registry;
  private Etcd etcd;
  private String functions;

  @BeforeEach
  void startAll() {
    image = RealImage.get(rig);
    registry = DockerRegistry.holding(rig, image, Swarm.REPOSITORY);
    etcd = Etcd.start(rig);
    functions = Functions.start(rig, etcd).url() + "," + Functions.start(rig, etcd).url();
  }

  @Test
  void threeContainerdsPullAtOnceAndTheRegistryIsReadOnce() {
    Part.print("three pulls at once", Part.ETCD, Part.DOCKER_REGISTRY, Part.CONTAINERD, Part.CTR);
    Swarm swarm = new Swarm(rig, image, registry.address());
    swarm.add("--functions", functions);
    swarm.add("--functions", functions);
    swarm.add("--functions", functions);
    awaitHosts(3);

    swarm.finish(swarm.startPulls());

    Swarm.assertReadOnce(registry, image);
    awaitHolders(swarm.sidecars());
    assertEveryValueIsJson();
  }

  @Test
  void podmanAndSkopeoPullByThePathFormAndTheRegistryIsReadOnce() {
    Part.print("pulls by the path form", Part.DOCKER_REGISTRY, Part.PODMAN, Part.SKOPEO);
    String allow = "http://" + registry.address();
    Sidecar n1 = Sidecar.start(rig, "n1", "--functions", functions, "--allow", allow);
    Sidecar n2 = Sidecar.start(rig, "n2", "--functions", functions, "--allow", allow);
    String name = registry.address() + "/" + Swarm.REPOSITORY + ":" + RealImage.TAG;

    Podman podman = new Podman(rig, mirrored(n1));
    podman.pull(name);
    Path pulled = Skopeo.pull(rig, name, mirrored(n2));

    assertEquals(image.manifest().toString(), podman.digest(name));
    assertEquals(image.manifest(), digest(pulled.resolve("manifest.json")));
    for (RealImage.Blob blob : image.blobs()) {
      assertEquals(blob.digest(), digest(pulled.resolve(blob.digest().hex())));
    }
    Swarm.assertReadOnce(registry, image);
  }

  private Path mirrored(Sidecar sidecar) {
    return RegistriesConf.mirrored(rig, registry.address(), sidecar.registry());
  }

  private static Digest digest(Path file) {
    return Content.of(file).digest();
  }

  private void awaitHosts(int count) {
    String prefix = ROOT + "hosts/" + Sidecar.CLUSTER + "/";
    Await.until(count + " hosts in etcd", TO_BE_TOLD, () -> etcd.keys(prefix).size() == count);
  }

  private void awaitHolders(List<Sidecar> sidecars) {
    for (RealImage.Blob blob : image.blobs()) {
      List<String> holders =
          sidecars.stream()
              .map(sidecar -> below("holders", blob.digest()) + "/" + sidecar.name())
              .toList();
      Await.until(
          "etcd names every holder of " + blob.digest(),
          TO_BE_TOLD,
          () -> etcd.keys(below("holders", blob.digest())).containsAll(holders));
      assertEquals(
          List.of(below("tasks", blob.digest())), etcd.keys(below("tasks", blob.digest())));
    }
  }

  private static String below(String family, Digest digest) {
    return ROOT + family + "/" + Sidecar.CLUSTER + "/" + digest;
  }

  private void assertEveryValueIsJson() {
    List<String> lines = etcd.getPrefix(ROOT);
    JsonMapper json = JsonMapper.builder().build();
    for (int i = 0; i < lines.size(); i += 2) {
      assertTrue(lines.get(i).startsWith(ROOT), lines.get(i));
      assertTrue(json.readTree(lines.get(i + 1)).isObject(), lines.get(i + 1));
    }
  }
}
