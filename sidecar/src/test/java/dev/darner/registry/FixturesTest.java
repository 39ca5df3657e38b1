package dev.darner.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.darner.model.Digest;
import dev.darner.model.TaskId;
import dev.darner.origin.ManifestDescriptor;
import io.netty.channel.epoll.Epoll;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Every request that real runtimes were seen to send, sent again. */
@Timeout(120)
class FixturesTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "containerd-1.6.20-ok.jsonl,",
    "containerd-1.6.20-multiarch.jsonl,",
    "containerd-1.6.20-abort-then-range.jsonl,",
    "cri-containerd-1.6.20-ok.jsonl,",
    "docker-20.10.24-registry-mirror-ok.jsonl, docker.io",
    "podman-4.3.1-ok.jsonl, registry.example.test:5000",
    "skopeo-1.9.3-ok.jsonl, registry.example.test:5000",
  })
  void areAnsweredAsARegistryDoes(String name, String upstream) throws IOException {
    RegistrySettings settings =
        RegistrySettings.of(DoorSetup.ANY_PORT, Optional.ofNullable(upstream));
    List<JsonNode> requests = requests(name);
    assertFalse(requests.isEmpty());
    try (DoorSetup setup = new DoorSetup(folder, settings, Epoll.isAvailable())) {
      for (JsonNode request : requests) {
        prepare(setup, request);
        replay(setup, request);
      }
    }
  }

  private static List<JsonNode> requests(String name) throws IOException {
    try (InputStream in = FixturesTest.class.getResourceAsStream(name)) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return text.lines().map(JsonMapper.shared()::readTree).toList();
    }
  }

  /** Content of the digest's size and type: the door leaves it to the store whether bytes fit. */
  private static void prepare(DoorSetup setup, JsonNode request) throws IOException {
    String digest = request.path("digest").asString("");
    if (digest.isEmpty()) {
      return;
    }
    int size = request.path("size").asInt();
    String type = request.path("contentType").asString();
    TaskId task = TaskId.of(Digest.parse(digest));
    if (request.path("path").asString("").contains("/manifests/")) {
      String json = "{" + " ".repeat(size - 2) + "}";
      setup.blobs.put(task, json.getBytes(StandardCharsets.UTF_8), type);
    } else {
      setup.blobs.putZeros(task, size, type);
    }
    setup.origin.says(() -> new ManifestDescriptor(Digest.parse(digest), type, size));
  }

  private static void replay(DoorSetup setup, JsonNode request) throws IOException {
    List<String> headers = new ArrayList<>();
    request
        .path("headers")
        .properties()
        .forEach(header -> {
          if (header.getValue().isArray()) {
            header
                .getValue()
                .valueStream()
                .forEach(one -> headers.add(header.getKey() + ": " + one.asString()));
          } else {
            headers.add(header.getKey() + ": " + header.getValue().asString());
          }
        });
    String method = request.path("method").asString();
    String path = request.path("path").asString();
    try (RawClient client = setup.client()) {
      RawClient.Head head = client.ask(method, path, headers.toArray(String[]::new)).head();
      assertEquals(request.path("status").asInt(), head.status(), path);
      assertEquals(request.path("contentLength").asInt(), head.length(), path);
      assertEquals(request.path("contentType").asString(), head.header("content-type"), path);
      assertEquals(
          request.path("digest").asString(""),
          Optional.ofNullable(head.header("docker-content-digest")).orElse(""));
      client.skip(method.equals("HEAD") ? 0 : head.length());
    }
  }
}
