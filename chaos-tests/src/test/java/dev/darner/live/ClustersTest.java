package dev.darner.live;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.darner.rig.Await;
import dev.darner.rig.Etcd;
import dev.darner.rig.Functions;
import dev.darner.rig.LiveRig;
import dev.darner.rig.Part;
import dev.darner.rig.Sidecar;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What people say of a cluster to one function reaches real sidecars through another. */
@Tag("live")
class ClustersTest {
  private static final Duration TO_LEARN = Duration.ofSeconds(60);
  private static final String BERLIN =
      "{\"scopes\":{\"cidrs\":[\"127.0.0.0/8\"]},\"settings\":{\"uploads\":%d}}";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @RegisterExtension final LiveRig rig = new LiveRig();

  @Test
  void aSidecarMovesAndFollowsWithoutARestartAndRemembers() throws Exception {
    Part.print("clusters", Part.ETCD);
    Etcd etcd = Etcd.start(rig);
    Functions first = Functions.start(rig, etcd);
    Functions second = Functions.start(rig, etcd);
    Sidecar sidecar =
        Sidecar.start(rig, "asking", "--cluster", "auto", "--functions", second.url());
    long pid = sidecar.pid();
    Await.until("it is announced", TO_LEARN, () -> hosts(first, "default") == 1);
    assertEquals("default", settings(sidecar).path("cluster").asString());

    String seen = put(first, BERLIN.formatted(7), "If-None-Match", "*");
    Await.until("it has moved", TO_LEARN, () -> isIn(sidecar, "berlin", 7));
    Await.until(
        "and left", TO_LEARN, () -> hosts(first, "default") == 0 && hosts(first, "berlin") == 1);
    put(first, BERLIN.formatted(8), "If-Match", seen);
    Await.until("it has learnt", TO_LEARN, () -> isIn(sidecar, "berlin", 8));
    assertEquals(pid, sidecar.pid());

    second.kill9();
    sidecar.kill9();
    sidecar.restart();
    Await.until("it remembers", TO_LEARN, () -> isIn(sidecar, "berlin", 8));
  }

  private static JsonNode settings(Sidecar sidecar) {
    return JSON.readTree(sidecar.adminGet("/api/v1/settings"));
  }

  private static boolean isIn(Sidecar sidecar, String cluster, int uploads) {
    JsonNode now = settings(sidecar);
    return now.path("cluster").asString().equals(cluster)
        && now.at("/holding/uploads").asInt() == uploads;
  }

  private static int hosts(Functions functions, String cluster) {
    return JSON.readTree(functions.get("/api/v1/hosts?cluster=" + cluster)).path("hosts").size();
  }

  /** Defines the cluster; returns its ETag. */
  private static String put(Functions functions, String body, String header, String value)
      throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> answer =
          client.send(
              HttpRequest.newBuilder(URI.create(functions.url() + "/api/v1/clusters/berlin"))
                  .PUT(HttpRequest.BodyPublishers.ofString(body))
                  .header("Content-Type", "application/json")
                  .header(header, value)
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertEquals(2, answer.statusCode() / 100, answer::body);
      return answer.headers().firstValue("ETag").orElseThrow();
    }
  }
}
