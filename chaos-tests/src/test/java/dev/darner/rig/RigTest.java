package dev.darner.rig;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.Digest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The rig itself, without Darner: what goes wrong in the live tests is then not the rig. */
@Tag("live")
class RigTest {
  private static final Duration TO_PULL = Duration.ofMinutes(3);

  @RegisterExtension final LiveRig rig = new LiveRig();

  @Test
  void containerdPullsTheRealImageFromTheRealRegistry() {
    Part.print("a direct pull", Part.DOCKER_REGISTRY, Part.CONTAINERD, Part.CTR, Part.SKOPEO);
    RealImage image = RealImage.get(rig);
    DockerRegistry registry = DockerRegistry.holding(rig, image, "team/app");
    Containerd containerd = Containerd.start(rig);
    containerd.direct(registry.address());
    String name = registry.address() + "/team/app:v1";

    containerd.fetch(name).finish(TO_PULL);

    assertEquals(image.manifest().toString(), containerd.digest(name));
    for (RealImage.Blob blob : image.blobs()) {
      assertEquals(blob.digest(), Content.of(containerd.blob(blob.digest())).digest());
    }
    AccessLog log = registry.accessLogWith(image.blobs());
    assertTrue(log.saw("containerd/"));
    assertEquals(image.blobs().size(), log.entries().stream().filter(RigTest::isBlob).count());
  }

  private static boolean isBlob(AccessLog.Entry entry) {
    return entry.path().contains("/blobs/");
  }

  @Test
  void podmanAndSkopeoPullTheRealImageFromTheRealRegistry() {
    Part.print("a direct pull", Part.DOCKER_REGISTRY, Part.PODMAN, Part.SKOPEO);
    RealImage image = RealImage.get(rig);
    DockerRegistry registry = DockerRegistry.holding(rig, image, "team/app");
    Path registries = RegistriesConf.direct(rig, registry.address());
    String name = registry.address() + "/team/app:v1";

    Path pulled = Skopeo.pull(rig, name, registries);
    Podman podman = new Podman(rig, registries);
    podman.pull(name);

    assertEquals(image.manifest(), Content.of(pulled.resolve("manifest.json")).digest());
    assertEquals(image.manifest().toString(), podman.digest(name));
  }

  @Test
  void etcdAnswersEtcdctl() {
    Part.print("the rig", Part.ETCD, Part.ETCDCTL);
    Etcd etcd = Etcd.start(rig);

    assertEquals(List.of(), etcd.getPrefix("/"));
  }

  @Test
  void anOriginSendsARangeNotesItAndLiesWhenTold() {
    RateLimitedOrigin origin = RateLimitedOrigin.start(rig, Long.MAX_VALUE);
    Content content = Content.random(1, 3_000_000);
    Digest honest = origin.add(content);
    Digest wrong = Content.random(2, 3_000_000).digest();
    origin.add(Content.random(2, 3_000_000), wrong, RateLimitedOrigin.Fault.wrongByteAt(70_000));

    Download.Ended whole = download(origin, honest);
    Download.Ended lie = download(origin, wrong);

    assertTrue(whole.complete());
    assertEquals(honest, whole.digest());
    assertTrue(lie.complete());
    assertFalse(lie.digest().equals(wrong));
    assertEquals(1, origin.reads(honest).size());
    assertEquals(content.size(), origin.sent(honest));
  }

  private Download.Ended download(RateLimitedOrigin origin, Digest digest) {
    String url = "http://" + origin.address() + "/v2/rig/files/blobs/" + digest;
    return Download.start(rig, url).finish(Duration.ofSeconds(20));
  }

  @Test
  void aPartThatFailsToStartIsNamedAndEverythingIsEnded() throws Exception {
    Rig inner = new Rig();
    RealProcess sleeper = inner.process("sleeper", List.of("sleep", "600"));
    Path folder = inner.folder("sleeper");
    RealProcess broken = inner.process("broken", List.of("sh", "-c", "echo no such luck; exit 3"));

    AssertionError error =
        assertThrows(
            AssertionError.class, () -> broken.awaitReady(Duration.ofSeconds(10), () -> false));
    inner.close();

    assertTrue(error.getMessage().contains("broken ended with 3"));
    assertTrue(error.getMessage().contains("no such luck"));
    assertFalse(sleeper.alive());
    assertFalse(Files.exists(folder));
  }
}
