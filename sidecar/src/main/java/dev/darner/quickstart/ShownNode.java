package dev.darner.quickstart;

import dev.darner.model.HostAddress;
import dev.darner.settings.CommandFailure;
import dev.darner.settings.FreePorts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A sidecar that quickstart starts.
 *
 * @param name its host name
 * @param registry where it is pulled through
 * @param peer where the other nodes ask
 * @param admin where it tells its facts
 */
record ShownNode(String name, HostAddress registry, HostAddress peer, HostAddress admin) {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Duration ANSWER = Duration.ofSeconds(10);

  /** A node on ports that are free now. */
  static ShownNode named(String name) {
    return new ShownNode(name, freeAddress(), freeAddress(), freeAddress());
  }

  /** An address on this machine that nobody listens on now. */
  static HostAddress freeAddress() {
    try {
      return new HostAddress("127.0.0.1", FreePorts.next());
    } catch (IllegalStateException e) {
      throw new CommandFailure(e.getMessage(), e);
    }
  }

  /**
   * The command line of its sidecar.
   *
   * @param upstream flags that say where the image is
   */
  List<String> arguments(URI functions, String seeds, List<String> upstream, Path data) {
    List<String> own =
        List.of(
            "sidecar",
            "--name=" + name,
            "--cluster=quickstart",
            "--seed",
            "--functions=" + functions,
            "--seeds=" + seeds,
            "--registry-listen=" + registry,
            "--peer-listen=" + peer,
            "--peer-advertise=" + peer,
            "--bulk-listen=127.0.0.1:0",
            "--admin-listen=" + admin,
            "--data=" + data);
    return Stream.concat(own.stream(), upstream.stream()).toList();
  }

  URI ready() {
    return URI.create("http://" + admin + "/readyz");
  }

  /**
   * Where this node's bytes came from.
   *
   * @param originBytes from the origin
   * @param peerBytes from each peer, by its address
   */
  record Sources(long originBytes, Map<String, Long> peerBytes) {}

  Sources sources(HttpClient client) throws InterruptedException {
    return sum(json(client, URI.create("http://" + admin + "/api/v1/tasks")).path("tasks"));
  }

  /** How many hosts the functions know. */
  static int announced(HttpClient client, URI functions) throws InterruptedException {
    return json(client, functions.resolve("/api/v1/hosts")).path("hosts").size();
  }

  private static JsonNode json(HttpClient client, URI url) throws InterruptedException {
    try {
      HttpRequest request = HttpRequest.newBuilder(url).timeout(ANSWER).build();
      return JSON.readTree(client.send(request, BodyHandlers.ofString()).body());
    } catch (IOException e) {
      throw new CommandFailure("%s does not answer: %s".formatted(url, e), e);
    }
  }

  private static Sources sum(JsonNode tasks) {
    Map<String, Long> peers = new TreeMap<>();
    tasks
        .valueStream()
        .flatMap(task -> task.path("peerBytes").propertyStream())
        .forEach(peer -> peers.merge(peer.getKey(), peer.getValue().asLong(0), Long::sum));
    long origin = tasks.valueStream().mapToLong(task -> task.path("originBytes").asLong(0)).sum();
    return new Sources(origin, peers);
  }
}
