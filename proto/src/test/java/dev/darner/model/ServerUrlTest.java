package dev.darner.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerUrlTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1:8470",
        "https://functions.example",
        "http://[::1]:8470/",
        "http://a:1"
      })
  void isReadAndWrittenAsItWas(String text) {
    assertEquals(text, ServerUrl.parse(text).toString());
  }

  @Test
  void aPathThereBeginsAtItsRoot() {
    URI asked = URI.create("http://a:1/api/v1/hosts?limit=2");
    assertEquals(asked, ServerUrl.parse("http://a:1").at("/api/v1/hosts?limit=2"));
    assertEquals(asked, ServerUrl.parse("http://a:1/").at("/api/v1/hosts?limit=2"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "localhost:8470",
        "127.0.0.1:8470",
        "a b",
        "ftp://a:1",
        "http:a",
        "http://",
        "http://:8470",
        "http://a:99999",
        "http://a:1,http://b:1",
        "http://a:1/functions",
        "http://a:1?x=y",
        "http://a:1#x",
        "http://user@a:1"
      })
  void whatIsNoneIsNamed(String text) {
    String refusal =
        assertThrows(IllegalArgumentException.class, () -> ServerUrl.parse(text)).getMessage();
    assertTrue(refusal.startsWith("not http://HOST:PORT"), refusal);
    assertTrue(refusal.endsWith(Quoted.of(text)), refusal);
  }
}
