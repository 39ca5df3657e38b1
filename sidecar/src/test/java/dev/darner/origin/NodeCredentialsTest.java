package dev.darner.origin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeCredentialsTest {
  private static final String SECRET = "s3cret";
  private static final String AUTH =
      NodeCredentials.basic("u", SECRET).substring("Basic ".length());

  @TempDir Path folder;

  private NodeCredentials read(String json) throws IOException {
    return NodeCredentials.ofDockerConfig(Files.writeString(folder.resolve("config.json"), json));
  }

  @Test
  void readsTheAuthsOfADockerConfig() throws IOException {
    NodeCredentials read =
        read(
            """
            {"auths": {
              "https://index.docker.io/v1/": {"auth": "AUTH"},
              "Registry.example:5000": {"username": "a", "password": "b"},
              "quay.io/org": {"auth": "AUTH"},
              "empty.example": {}
            }, "credsStore": "desktop"}\
            """
                .replace("AUTH", AUTH));
    Optional<String> known = Optional.of("Basic " + AUTH);
    assertEquals(known, read.forRepository(new Repository("docker.io", "library/x")));
    assertEquals(
        Optional.of(NodeCredentials.basic("a", "b")), read.forServer("registry.example:5000"));
    assertEquals(known, read.forRepository(new Repository("quay.io", "org/x/y")));
    assertEquals(Optional.empty(), read.forRepository(new Repository("quay.io", "organ/x")));
    assertEquals(Optional.empty(), read.forServer("empty.example"));
    assertFalse(read.toString().contains(AUTH));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"auths\": {\"x.example\": {\"auth\": \"s3cret!\"}}}",
        "{\"auths\": {\"x.example\": {\"auth\": s3cret}}}",
        "{\"auths\": {\"x.example\": {\"auth\": \"czNjcmV0\"}}}",
        "{\"auths\": {\"x.example\": {\"auth\": \"czNjcmV0Og==\", \"identitytoken\": \"s3cret\"}}}",
        "{\"auths\": {\"x.example\": {\"username\": \"s3cret\"}}}",
        "{\"auths\": {\"x.example\": \"s3cret\"}}",
        "{\"auths\": {\"x.example\": {}}, \"credsStore\": \"desktop\"}",
        "{\"auths\": [\"s3cret\"]}",
        "[\"s3cret\"]",
        "{}",
        ""
      })
  void whatIsMalformedIsSaidWithoutTheSecret(String json) {
    var refused = assertThrows(IOException.class, () -> read(json));
    assertTrue(refused.getMessage().contains("config.json"));
    for (Throwable t = refused; t != null; t = t.getCause()) {
      assertFalse(t.getMessage().contains(SECRET), t.getMessage());
    }
  }

  @Test
  void aFileThatCannotBeReadIsNamed() {
    for (Path file : List.of(folder, folder.resolve("absent"))) {
      String said =
          assertThrows(IOException.class, () -> NodeCredentials.ofDockerConfig(file)).getMessage();
      assertEquals("cannot read the Docker config of --registry-auth: " + file, said);
    }
  }
}
