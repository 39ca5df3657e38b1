package dev.darner.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdentityTest {
  @TempDir Path folder;
  private Authority authority;
  private Path certificate;
  private Path key;

  @BeforeEach
  void issue() throws Exception {
    authority = new Authority(folder);
    var _ = authority.identity();
    certificate = folder.resolve("host-1.pem");
    key = folder.resolve("host-1.key");
  }

  @Test
  void boringSslIsWhatIsUsedHere() throws Exception {
    assertEquals(Optional.empty(), Identity.whyNotNative());
    assertEquals(SslProvider.OPENSSL, authority.identity().provider());
    assertEquals(SslProvider.JDK, authority.identity().by(SslProvider.JDK).provider());
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    Path none = folder.resolve("none");
    assertNames(none, () -> Identity.load(none, key, authority.file()));
    assertNames(none, () -> Identity.load(certificate, none, authority.file()));
    assertNames(none, () -> Identity.load(certificate, key, none));
  }

  @Test
  void aFileThatHoldsSomethingElseIsNamed() throws Exception {
    Path empty = Files.createFile(folder.resolve("empty"));
    Path text = Files.writeString(folder.resolve("text"), "-----BEGIN NOTHING-----\nabc\n");
    for (Path wrong : new Path[] {empty, text, folder}) {
      assertNames(wrong, () -> Identity.load(wrong, key, authority.file()));
      assertNames(wrong, () -> Identity.load(certificate, wrong, authority.file()));
      assertNames(wrong, () -> Identity.load(certificate, key, wrong));
    }
    assertNames(key, () -> Identity.load(key, certificate, authority.file()));
  }

  private interface Loading {
    Identity run() throws IOException;
  }

  private static void assertNames(Path file, Loading loading) {
    IOException thrown = assertThrows(IOException.class, loading::run);
    assertTrue(thrown.getMessage().contains(file.toString()), thrown.getMessage());
  }
}
