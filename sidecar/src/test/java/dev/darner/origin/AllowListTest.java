package dev.darner.origin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AllowListTest {

  @ParameterizedTest
  @CsvSource({
    "registry.example,            registry.example,      https://registry.example",
    "registry.example,            registry.example:443,  https://registry.example",
    "Registry.Example:5000,       registry.example:5000, https://registry.example:5000",
    "https://registry.example/,   registry.example,      https://registry.example",
    "http://registry.example,     registry.example,      http://registry.example",
    "http://10.0.0.7:5000,        10.0.0.7:5000,         http://10.0.0.7:5000",
    "http://[::1]:5000,           [::1]:5000,            http://[0:0:0:0:0:0:0:1]:5000",
    "*.example,                   a.b.example:5000,      https://a.b.example:5000",
    "*.example:5000,              a.example:5000,        https://a.example:5000",
    "*,                           anything.test,         https://anything.test",
    "http://*,                    anything.test:81,      http://anything.test:81",
    "index.docker.io,             docker.io,             https://registry-1.docker.io",
    "docker.io,                   docker.io,             https://registry-1.docker.io",
  })
  void anItemSaysHowARegistryIsDialled(String item, String registry, String dialled)
      throws OriginException {
    Endpoint endpoint = AllowList.parse(List.of(item)).registry(registry).endpoint();
    assertEquals(dialled, endpoint.scheme() + "://" + endpoint.authority());
  }

  @ParameterizedTest
  @CsvSource({
    "registry.example,      other.example,         other.example",
    "registry.example,      registry.example:5000, registry.example:5000",
    "registry.example:5000, registry.example,      registry.example",
    "*.example,             example,               example",
    "*.example,             notexample,            notexample",
    "*.example:5000,        a.example,             a.example",
  })
  void whatNoItemNamesIsRefusedWithTheFlagToAdd(String item, String registry, String flag) {
    AllowList list = AllowList.parse(List.of(item));
    var refused = assertThrows(OriginException.NotAllowed.class, () -> list.registry(registry));
    assertTrue(refused.getMessage().endsWith("--allow " + flag), refused.getMessage());
  }

  @Test
  void plainHttpMustBeSaidForFilesToo() throws OriginException {
    AllowList list = AllowList.parse(List.of("*", "http://files.example:8080"));
    assertEquals(
        "http", list.server(URI.create("http://files.example:8080/x")).endpoint().scheme());
    URI plain = URI.create("http://files.example/x");
    var refused = assertThrows(OriginException.NotAllowed.class, () -> list.server(plain));
    assertTrue(refused.getMessage().endsWith("--allow http://files.example"));
  }

  @Test
  void theMostExactItemDecides() throws OriginException {
    AllowList list = AllowList.parse(List.of("*", "*.example", "http://plain.example:443"));
    assertEquals(false, list.registry("plain.example:443").endpoint().secure());
    assertTrue(list.registry("plain.example:443").explicit());
    assertEquals(true, list.registry("tls.example:443").endpoint().secure());
  }

  @Test
  void theDefaultItemsAreTheLargePublicRegistries() throws OriginException {
    AllowList list = AllowList.parse(AllowList.DEFAULT_ITEMS);
    for (String registry : AllowList.DEFAULT_ITEMS) {
      assertTrue(list.registry(registry).explicit());
      assertTrue(list.registry(registry).endpoint().secure());
    }
    assertThrows(OriginException.NotAllowed.class, () -> list.registry("localhost:5000"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "ftp://x", "http://", "a/b", "a b", "**", "*.", "*x", "x:port", "u@h", "a..b"})
  void whatIsNoItemIsSaidByName(String item) {
    var refused =
        assertThrows(IllegalArgumentException.class, () -> AllowList.parse(List.of(item)));
    assertTrue(refused.getMessage().contains("\"" + item + "\""), refused.getMessage());
  }
}
