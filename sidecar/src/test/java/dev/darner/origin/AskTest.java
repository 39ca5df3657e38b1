package dev.darner.origin;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AskTest {
  private static String text(String url, Map<String, List<String>> headers, String authorization) {
    Ask ask = new Ask(Ask.GET, URI.create(url), headers, Optional.ofNullable(authorization));
    return new String(ask.text(), ISO_8859_1);
  }

  @Test
  void eachValueIsALine() {
    Map<String, List<String>> headers = Map.of("Accept", List.of("a/b", "c/d, e\u00e9"));
    assertEquals(
        List.of(
            "GET /a?b HTTP/1.1",
            "Host: x.example:81",
            "Accept: a/b",
            "Accept: c/d, e\u00e9",
            "Authorization: Basic x",
            "",
            ""),
        List.of(text("http://X.example:81/a?b#c", headers, "Basic x").split("\r\n", -1)));
  }

  @ParameterizedTest
  @CsvSource({
    "http://x, /, x",
    "http://x:80?y, /?y, x",
    "https://[FD00::1]:443/%0d%0a, /%0d%0a, [fd00::1]",
    "https://me:secret@x:8443/\u00e9, /%C3%A9, x:8443"
  })
  void namesTheTargetAndTheServer(String url, String target, String host) {
    assertEquals(
        "GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n", text(url, Map.of(), null));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\r\nX: y", "a\nX: y", "a\r", "a\u0000", "a\u0100"})
  void noValueBecomesTwoLines(String value) {
    assertThrows(
        IllegalArgumentException.class,
        () -> text("http://x/", Map.of("Accept", List.of(value)), null));
    assertThrows(IllegalArgumentException.class, () -> text("http://x/", Map.of(), value));
    assertThrows(
        IllegalArgumentException.class,
        () -> text("http://x/", Map.of("A: b\r\nC", List.of("d")), null));
  }
}
