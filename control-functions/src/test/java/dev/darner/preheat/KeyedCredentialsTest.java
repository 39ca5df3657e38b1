package dev.darner.preheat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.PreheatId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyedCredentialsTest {
  private static final PreheatId ONE = new PreheatId("one");
  private static final PreheatId TWO = new PreheatId("two");

  @TempDir Path folder;

  private KeyedCredentials keyed(int seed) throws IOException {
    byte[] key = new byte[32];
    key[0] = (byte) seed;
    String text = Base64.getEncoder().encodeToString(key);
    return KeyedCredentials.of(Files.writeString(folder.resolve("key" + seed), text + "\n"));
  }

  @Test
  void whatIsSealedIsOpenedByWhoHasTheKey() throws IOException {
    String sealed = keyed(1).seal(ONE, "Basic secret").orElseThrow();
    assertFalse(sealed.contains("secret"));
    assertEquals(Optional.of("Basic secret"), keyed(1).open(ONE, sealed));
    assertNotEquals(sealed, keyed(1).seal(ONE, "Basic secret").orElseThrow());
  }

  @Test
  void anotherKeyAnotherPreheatOrAChangeOpensNothing() throws IOException {
    String sealed = keyed(1).seal(ONE, "Basic secret").orElseThrow();
    assertEquals(Optional.empty(), keyed(2).open(ONE, sealed));
    assertEquals(Optional.empty(), keyed(1).open(TWO, sealed));
    char other = sealed.charAt(20) == 'A' ? 'B' : 'A';
    String changed = sealed.substring(0, 20) + other + sealed.substring(21);
    assertEquals(Optional.empty(), keyed(1).open(ONE, changed));
    assertEquals(Optional.empty(), keyed(1).open(ONE, "no base64!"));
    assertEquals(Optional.empty(), keyed(1).open(ONE, ""));
  }

  @Test
  void withoutAKeyNothingIsSealed() {
    assertEquals(Optional.empty(), Credentials.NONE.seal(ONE, "Basic secret"));
    assertEquals(Optional.empty(), Credentials.NONE.open(ONE, "x"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "hunter2", "aHVudGVyMg==", "{}"})
  void whatIsNoKeyIsRefusedAndNotQuoted(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("key"), text);
    String said = assertThrows(IOException.class, () -> KeyedCredentials.of(file)).getMessage();
    assertTrue(said.contains("head -c 32 /dev/urandom | base64"), said);
    assertFalse(said.contains("hunter2") || said.contains("aHVudGVyMg"), said);
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    Path missing = folder.resolve("missing");
    String said = assertThrows(IOException.class, () -> KeyedCredentials.of(missing)).getMessage();
    assertTrue(said.contains("--secret-key-file") && said.contains("missing"), said);
  }
}
