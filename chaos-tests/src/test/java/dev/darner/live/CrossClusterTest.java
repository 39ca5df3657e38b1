package dev.darner.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.Digest;
import dev.darner.rig.AccessLog;
import dev.darner.rig.Await;
import dev.darner.rig.DockerRegistry;
import dev.darner.rig.Download;
import dev.darner.rig.Etcd;
import dev.darner.rig.Functions;
import dev.darner.rig.LiveRig;
import dev.darner.rig.Part;
import dev.darner.rig.RealImage;
import dev.darner.rig.Sidecar;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.json.JsonMapper;

/** Two clusters, each a seed and another host, want one image; by the registry's own log. */
@Tag("live")
class CrossClusterTest {
  private static final Duration TO_MOVE = Duration.ofSeconds(60);
  private static final Duration TO_PULL = Duration.ofMinutes(3);
  private static final List<String> CLUSTERS = List.of("north", "south");
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @RegisterExtension final LiveRig rig = new LiveRig();

  private RealImage image;
  private DockerRegistry registry;
  private Functions functions;
  private final Map<String, List<Sidecar>> sidecars = new HashMap<>();

  @BeforeEach
  void startAll() {
    Part.print("two clusters", Part.ETCD, Part.DOCKER_REGISTRY);
    image = RealImage.get(rig);
    registry = DockerRegistry.holding(rig, image, Swarm.REPOSITORY);
    functions = Functions.start(rig, Etcd.start(rig));
  }

  @Test
  void theOriginIsReadOnceInAllThoughBothPullAtOnce() throws Exception {
    startClusters("seeds");
    List<Map<Digest, Download>> pulls =
        CLUSTERS.stream().flatMap(name -> sidecars.get(name).stream()).map(this::pull).toList();
    pulls.forEach(this::finish);
    assertReads(1);
  }

  @Test
  void whatOneClusterHasTheOtherTakesThereByOneHost() throws Exception {
    startClusters("seeds");
    sidecars.get("north").stream().map(this::pull).toList().forEach(this::finish);
    sidecars.get("south").stream().map(this::pull).toList().forEach(this::finish);
    assertReads(1);
    for (RealImage.Blob content : image.contents()) {
      long crossed =
          sidecars.get("south").stream().filter(host -> isFromNorth(host, content)).count();
      assertEquals(1, crossed, () -> "hosts that took from the other cluster: " + told(content));
    }
  }

  @Test
  void eachReadsForItselfWhereThatIsSaid() throws Exception {
    startClusters("off");
    sidecars.get("north").stream().map(this::pull).toList().forEach(this::finish);
    sidecars.get("south").stream().map(this::pull).toList().forEach(this::finish);
    assertReads(2);
  }

  private void startClusters(String policy) throws Exception {
    for (String name : CLUSTERS) {
      define(name, "{\"crossCluster\":\"%s\"}".formatted(policy));
    }
    for (String name : CLUSTERS) {
      sidecars.put(name, List.of(start(name, "1", "--seed"), start(name, "2")));
    }
    for (String name : CLUSTERS) {
      Await.until("both announce themselves", TO_MOVE, () -> hosts(name) == 2);
      List<Sidecar> own = sidecars.get(name);
      Await.until(
          "both were answered",
          TO_MOVE,
          () -> knows(own.getFirst(), own.getLast()) && knows(own.getLast(), own.getFirst()));
    }
  }

  /** As it keeps it on disk, of what functions answered. */
  private static boolean knows(Sidecar host, Sidecar other) {
    try {
      return Files.readString(host.data().resolve("neighbourhood.json")).contains(other.peer());
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Sidecar start(String cluster, String number, String... more) {
    List<String> flags = new ArrayList<>(List.of(more));
    flags.addAll(List.of("--cluster", cluster, "--functions", functions.url()));
    flags.addAll(List.of("--allow", "http://" + registry.address()));
    return Sidecar.start(rig, cluster + number, flags.toArray(String[]::new));
  }

  private boolean isFromNorth(Sidecar host, RealImage.Blob content) {
    List<String> north = sidecars.get("north").stream().map(Sidecar::peer).toList();
    return north.stream().anyMatch(host.task(content.digest()).path("peerBytes")::has);
  }

  private int hosts(String cluster) {
    return JSON.readTree(functions.get("/api/v1/hosts?cluster=" + cluster)).path("hosts").size();
  }

  private Map<Digest, Download> pull(Sidecar sidecar) {
    Map<Digest, Download> pulls = new HashMap<>();
    String manifest = Swarm.REPOSITORY + "/manifests/" + image.manifest();
    pulls.put(image.manifest(), Download.start(rig, sidecar.url(registry.address(), manifest)));
    for (RealImage.Blob blob : image.blobs()) {
      String url = sidecar.blobUrl(registry.address(), Swarm.REPOSITORY, blob.digest());
      pulls.put(blob.digest(), Download.start(rig, url));
    }
    return pulls;
  }

  private void finish(Map<Digest, Download> pulls) {
    pulls.forEach((digest, pull) -> {
      Download.Ended ended = pull.finish(TO_PULL);
      assertTrue(ended.complete(), ended::toString);
      assertEquals(digest, ended.digest());
    });
  }

  private void assertReads(int times) {
    AccessLog log = registry.accessLogWith(image.contents());
    for (RealImage.Blob content : image.contents()) {
      List<AccessLog.Entry> gets = log.gets(content.digest());
      assertEquals(times, gets.size(), () -> "GETs: " + gets + "\n" + told(content));
    }
  }

  /** What each host says of a content. */
  private String told(RealImage.Blob content) {
    return sidecars.values().stream()
        .flatMap(List::stream)
        .map(host -> host.name() + ": " + host.task(content.digest()))
        .collect(Collectors.joining("\n", content + "\n", "\n"));
  }

  private void define(String name, String body) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> answer =
          client.send(
              HttpRequest.newBuilder(URI.create(functions.url() + "/api/v1/clusters/" + name))
                  .PUT(HttpRequest.BodyPublishers.ofString(body))
                  .header("Content-Type", "application/json")
                  .header("If-None-Match", "*")
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertEquals(201, answer.statusCode(), answer::body);
    }
  }
}
