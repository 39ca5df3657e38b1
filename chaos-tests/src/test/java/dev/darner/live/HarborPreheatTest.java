package dev.darner.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.rig.Await;
import dev.darner.rig.Darner;
import dev.darner.rig.DockerRegistry;
import dev.darner.rig.Etcd;
import dev.darner.rig.Functions;
import dev.darner.rig.Http;
import dev.darner.rig.LiveRig;
import dev.darner.rig.Part;
import dev.darner.rig.RealImage;
import dev.darner.rig.Sidecar;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What Harbor says, by its documented bodies, has a real image brought to every host of a real
 * swarm; then who has it is told, and one of its layers removed everywhere.
 */
@Tag("live")
class HarborPreheatTest {
  private static final Duration TO_MOVE = Duration.ofSeconds(60);
  private static final Duration TO_END = Duration.ofMinutes(3);
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @RegisterExtension final LiveRig rig = new LiveRig();

  private RealImage image;
  private DockerRegistry registry;
  private Functions functions;

  @BeforeEach
  void start() {
    Part.print("harbor", Part.ETCD, Part.DOCKER_REGISTRY);
    image = RealImage.get(rig);
    registry = DockerRegistry.holding(rig, image, Swarm.REPOSITORY);
    Path key = rig.write("functions", "key", "A".repeat(43) + "=\n");
    functions = Functions.start(rig, Etcd.start(rig), "--secret-key-file", key.toString());
    sidecar("n1", "--seed");
    sidecar("n2");
    Await.until("both are known", TO_MOVE, () -> json("/api/v1/hosts").path("hosts").size() == 2);
  }

  private void sidecar(String name, String... more) {
    List<String> flags =
        List.of("--functions", functions.url(), "--allow", "http://" + registry.address());
    String[] all = Stream.concat(flags.stream(), Stream.of(more)).toArray(String[]::new);
    Sidecar.start(rig, name, all);
  }

  private JsonNode json(String path) {
    return JSON.readTree(functions.get(path));
  }

  private JsonNode posted(String path, String body) {
    Http.Answer answer = Http.post(functions.url() + path, body);
    assertEquals(200, answer.status(), answer::body);
    return JSON.readTree(answer.body());
  }

  private String manifestUrl() {
    return "http://%s/v2/%s/manifests/%s"
        .formatted(registry.address(), Swarm.REPOSITORY, RealImage.TAG);
  }

  @Test
  void asDragonflysJobItComesToEveryHostAndIsFoundAndRemovedThere() {
    assertEquals(200, Http.answer(functions.url() + "/healthy").status());
    JsonNode begun =
        posted(
            "/oapi/v1/jobs",
            """
            {"type":"preheat","args":{"type":"image","url":"%s","tag":"",
            "filtered_query_params":"","headers":{"Authorization":"Bearer e30.e30.c2ln"},
            "scope":"all_peers","concurrent_count":0,"timeout":0},"scheduler_cluster_ids":null}
            """
                .formatted(manifestUrl()));
    String job = "/oapi/v1/jobs/" + begun.path("id").asLong();
    Await.until("it is over", TO_END, () -> !json(job).path("state").asString().equals("PENDING"));

    JsonNode end = json(job);
    assertEquals("SUCCESS", end.path("state").asString(), end::toString);
    JsonNode result = end.at("/result/job_states/0/results/0");
    assertEquals(2, result.path("success_tasks").size(), end::toString);
    assertEquals(0, result.path("failure_tasks").size(), end::toString);
    Swarm.assertReadOnce(registry, image);

    awaitWhole(2);
    String layer = image.blobs().getLast().digest().toString();
    JsonNode deleted = command("tasks", "delete", layer, "--wait");
    assertEquals("DONE", deleted.at("/deletion/state").asString(), deleted::toString);
    assertEquals(2, deleted.at("/deletion/hostCounts/deleted").asInt(), deleted::toString);
    Await.until(
        "nobody has the layer",
        TO_MOVE,
        () -> json("/api/v1/tasks?digest=" + layer).path("tasks").isEmpty());
    assertEquals(0, wholeHosts());
  }

  @Test
  void asKrakensNotificationItComesToTheSeeds() {
    assertEquals(200, Http.answer(functions.url() + "/health").status());
    String notification =
        """
        {"Events":[{"Id":"8a7d","TimeStamp":"2026-11-28T10:00:00.000000001Z","Action":"push",
        "Target":{"MediaType":"application/vnd.docker.distribution.manifest.v2+json",
        "Digest":"%s","Repository":"%s","Url":"%s","Tag":"%s"},"Request":null,"Actor":null}]}
        """
            .formatted(image.manifest(), Swarm.REPOSITORY, manifestUrl(), RealImage.TAG);
    String id = posted("/registry/notifications", notification).at("/preheats/0").asString();
    assertEquals(id, posted("/registry/notifications", notification).at("/preheats/0").asString());
    String preheat = "/api/v1/preheats/" + id;
    Await.until("it is over", TO_END, () -> !json(preheat).at("/preheat/ended").isMissingNode());

    JsonNode end = json(preheat);
    assertEquals("SUCCESS", end.at("/preheat/state").asString(), end::toString);
    assertEquals(1, end.at("/preheat/hostCounts/done").asInt(), end::toString);
    assertEquals("n1", end.at("/hosts/0/host").asString(), end::toString);
    assertEquals(1, json("/api/v1/preheats").path("preheats").size());
    Swarm.assertReadOnce(registry, image);
    awaitWhole(1);
  }

  /** A host tells what it has with its next announces. */
  private void awaitWhole(int count) {
    Await.until(count + " hosts have all", TO_MOVE, () -> wholeHosts() == count);
  }

  private int wholeHosts() {
    String name = registry.address() + "/" + Swarm.REPOSITORY + ":" + RealImage.TAG;
    JsonNode distribution = command("hosts", "--image", name);
    assertTrue(distribution.path("contents").asInt() > 2, distribution::toString);
    assertEquals(image.size() + image.manifestSize(), distribution.path("size").asLong());
    return distribution.at("/hostCounts/whole").asInt();
  }

  private JsonNode command(String... words) {
    List<String> line = new ArrayList<>(List.of(words));
    line.addAll(List.of("--json", "--functions", functions.url()));
    return JSON.readTree(Darner.start(rig, "darner", line.toArray(String[]::new)).finish(TO_MOVE));
  }
}
