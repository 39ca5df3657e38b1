package dev.darner.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.ClusterId;
import dev.darner.schema.AccessRole;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JacksonException;

/** What somebody is told whose body cannot be read. */
class MisreadingTest {
  /** A body with a field of each kind. */
  record Wish(
      String name,
      AccessRole role,
      List<ClusterId> clusters,
      Optional<Instant> expires,
      Optional<Part> part) {
    Wish {
      Objects.requireNonNull(name, "\"name\"");
      if (name.isEmpty()) {
        throw new IllegalArgumentException("a name is not empty");
      }
    }
  }

  record Part(int size, boolean all) {}

  @Test
  void whatIsRightIsRead() {
    Wish wish =
        Json.read(
            bytes(
                """
                {"name":"n","role":"admin","clusters":["berlin"],
                 "expires":"2026-11-24T07:16:00Z","part":{"size":3,"all":true}}
                """),
            Wish.class);
    assertEquals(List.of(new ClusterId("berlin")), wish.clusters());
    assertEquals(AccessRole.ADMIN, wish.role());
    assertEquals(3, wish.part().orElseThrow().size());
  }

  @Test
  void anUnknownFieldIsAnsweredWithTheNearest() {
    told("unknown field \"nmae\"; did you mean \"name\"?", "{\"name\":\"n\",\"nmae\":1}");
    told(
        "unknown field \"Size\"; did you mean \"size\"?",
        "{\"name\":\"n\",\"part\":{\"size\":3,\"all\":true,\"Size\":3}}");
    told("unknown field \"a\\u000ab\"", "{\"name\":\"n\",\"a\\nb\":1}");
  }

  @Test
  void aValueOfAnotherTypeIsNamedByItsField() {
    told("\"name\" must be a string", "{\"name\":5}");
    told("\"name\" must be a string", "{\"name\":true}");
    told("\"name\" must be a string", "{\"name\":{}}");
    told("\"role\" must be one of host, viewer, operator, admin", "{\"role\":\"root\"}");
    told("\"role\" must be one of host, viewer, operator, admin", "{\"role\":2}");
    told("\"clusters\" must be a list", "{\"clusters\":\"berlin\"}");
    told("\"clusters[1]\" must be a string", "{\"clusters\":[\"a\",2]}");
    told("\"expires\" must be an instant such as", "{\"expires\":\"tomorrow\"}");
    told("\"part.size\" must be a number", "{\"part\":{\"size\":\"3\"}}");
    told("\"part.size\" must be a number", "{\"part\":{\"size\":3.5}}");
    told("\"part.size\" is out of range", "{\"part\":{\"size\":99999999999}}");
    told("\"part.all\" must be true or false", "{\"part\":{\"all\":1}}");
    told("\"part\" must be one object", "{\"part\":[]}");
    told("the body must be one object", "[]");
    told("the body must be one object", "{\"name\":\"n\"} {}");
    told("\"name\" must be a string", "{\"name\":" + "[".repeat(10_000));
  }

  @Test
  void whatAConstructorRefusesIsToldInItsWords() {
    told("the body: a name is not empty", "{\"name\":\"\"}");
    told("the body lacks \"name\"", "{}");
    told("\"clusters[0]\": not a cluster name", "{\"name\":\"n\",\"clusters\":[\"A/B\"]}");
  }

  @Test
  void whatIsNotJsonIsToldByItsPlace() {
    told("the body is not JSON of the form wanted, at line 1, column", "{\"name\":");
    told("the body is not JSON", "\u0000");
    told("the body is not JSON", "{\"name\":\"a\",\"name\":\"b\"}");
    told("the body is not JSON", "{\"other\":" + "[".repeat(10_000));
  }

  private static void told(String expected, String body) {
    JacksonException e =
        assertThrows(JacksonException.class, () -> Json.read(bytes(body), Wish.class));
    String said = Misreading.of(e);
    assertTrue(said.startsWith(expected), said);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
