package dev.darner.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.BlobRef;
import dev.darner.rig.Await;
import dev.darner.rig.Content;
import dev.darner.rig.Darner;
import dev.darner.rig.Functions;
import dev.darner.rig.LiveRig;
import dev.darner.rig.RateLimitedOrigin;
import dev.darner.rig.Sidecar;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The commands that people type, against processes that really run. */
@Tag("live")
class CommandLineTest {
  private static final Duration TO_END = Duration.ofSeconds(30);
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Content MODEL = Content.random(7, 9_000_001);

  @RegisterExtension final LiveRig rig = new LiveRig();

  @Test
  void aFileIsFetchedAndTheListsTellWhoHasItAndFromWhere() {
    RateLimitedOrigin origin = RateLimitedOrigin.start(rig, Long.MAX_VALUE);
    String url = origin.addFile("models/model.bin", MODEL);
    Functions functions = Functions.startInMemory(rig);
    String allow = "http://" + origin.address();
    Sidecar sidecar =
        Sidecar.start(rig, "n1", "--seed", "--functions", functions.url(), "--allow", allow);

    assertFetches(sidecar, url);
    assertTellsWhereItsBytesAreFrom(sidecar, url);
    awaitHolder(functions);
    assertTellWhoHasIt(functions, url);
    assertTellWhoIsThere(functions, sidecar);
  }

  private void assertFetches(Sidecar sidecar, String url) {
    Path file = rig.folder("fetched").resolve("model.bin");
    String door = "http://" + sidecar.registry();
    JsonNode fetched =
        json("get", url, "-o", file.toString(), "--sidecar", door, "--admin", admin(sidecar));

    assertEquals(MODEL.digest(), Content.of(file).digest());
    assertEquals(file.toString(), fetched.path("file").asString());
    assertEquals(MODEL.size(), fetched.path("bytes").asLong());
    assertEquals(MODEL.digest().toString(), fetched.path("digest").asString());
    assertEquals(MODEL.size(), fetched.path("originBytes").asLong());
    assertEquals(0, fetched.path("peerBytes").size());
  }

  private void assertTellsWhereItsBytesAreFrom(Sidecar sidecar, String url) {
    JsonNode task = only("tasks", json("tasks", "--sidecar", admin(sidecar)));
    assertEquals(taskOf(url), task.path("task").asString());
    assertEquals(url, task.path("label").asString());
    assertEquals("sealed", task.path("state").asString());
    assertEquals(MODEL.size(), task.path("size").asLong());
    assertEquals(MODEL.size(), task.path("originBytes").asLong());
  }

  /** A sidecar tells the functions what it has when it next announces itself. */
  private static void awaitHolder(Functions functions) {
    Await.until(
        "the functions know who has it",
        TO_END,
        () ->
            JSON.readTree(functions.get("/api/v1/tasks"))
                .at("/tasks/0/holders/0/sealed")
                .asBoolean(false));
  }

  private void assertTellWhoHasIt(Functions functions, String url) {
    JsonNode task = only("tasks", json("tasks", "--functions", functions.url()));
    assertEquals(taskOf(url), task.path("task").asString());
    assertEquals(url, task.path("label").asString());
    assertEquals(MODEL.size(), task.path("size").asLong());
    JsonNode holder = only("holders", task);
    assertEquals("n1", holder.path("host").asString());
    assertTrue(holder.path("sealed").asBoolean(), holder::toString);
  }

  private void assertTellWhoIsThere(Functions functions, Sidecar sidecar) {
    JsonNode host = only("hosts", json("hosts", "--functions", functions.url()));
    assertEquals("n1", host.path("name").asString());
    assertEquals(Sidecar.CLUSTER, host.path("cluster").asString());
    assertEquals(sidecar.peer(), host.path("address").asString());
    assertTrue(host.path("seed").asBoolean(), host::toString);
    assertEquals(1, host.path("tasks").asInt());
  }

  private static String admin(Sidecar sidecar) {
    return "http://" + sidecar.admin();
  }

  private static String taskOf(String url) {
    return BlobRef.file(URI.create(url)).task().text();
  }

  private static JsonNode only(String list, JsonNode answer) {
    assertEquals(1, answer.path(list).size(), answer::toString);
    return answer.path(list).get(0);
  }

  /** What a command prints when it is asked for JSON. */
  private JsonNode json(String... words) {
    List<String> line = new ArrayList<>(List.of(words));
    line.add("--json");
    return JSON.readTree(Darner.start(rig, "darner", line.toArray(String[]::new)).finish(TO_END));
  }

  @ParameterizedTest
  @CsvSource({
    "--help, quickstart sidecar get preheat hosts tasks token functions bench test",
    "quickstart --help, --image --nodes --registry-auth --json",
    "functions --help, --listen --state --etcd --access --only --config --lease",
    "sidecar --help, --name --cluster --seed --functions --seeds --registry-listen --peer-listen",
    "sidecar --help, --peer-advertise --admin-listen --data --quota --allow --registry-auth --config",
    "get --help, --output --digest --sidecar --json",
    "preheat --help, --scope --platform --label --count --percent --timeout --wait --cancel --json",
    "hosts --help, --functions --image --platform --token-file --json",
    "tasks --help, --functions --sidecar --image --url --digest --token-file --json delete",
    "tasks delete --help, --cluster --timeout --wait --functions --token-file --json",
    "token --help, create list revoke",
    "token create --help, --role --cluster --expires-in --functions --token-file",
    "bench --help, --rounds --scale --work --json",
    "test --help, Usage"
  })
  void theHelpOfACommandNamesWhatItTakes(String words, String named) {
    String help = Darner.start(rig, "darner", words.split(" ", -1)).finish(TO_END);

    for (String name : named.split(" ", -1)) {
      assertTrue(Pattern.compile("\\s" + name + "\\b").matcher(" " + help).find(), name + help);
    }
  }
}
