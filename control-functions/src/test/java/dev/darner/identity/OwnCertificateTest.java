package dev.darner.identity;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a handshake gets that began before a renewal. */
class OwnCertificateTest {
  @TempDir Path folder;
  private Authority authority;
  private Certified first;
  private OwnCertificate own;

  @BeforeEach
  void make() throws Exception {
    TestAuthority files = new TestAuthority(folder);
    authority =
        Authority.read(
            files.certificate(),
            files.key(),
            Duration.ofHours(1),
            InstantSource.system(),
            new SecureRandom());
    first = signed();
    own = new OwnCertificate(first);
  }

  private Certified signed() {
    return authority.signForFunctions(Set.of("functions.example"));
  }

  private String alias() {
    return own.chooseEngineServerAlias("EC", null, null);
  }

  private void assertGets(Certified expected, String alias) {
    assertEquals(expected.key(), own.getPrivateKey(alias));
    assertArrayEquals(
        expected.chain().toArray(X509Certificate[]::new), own.getCertificateChain(alias));
  }

  @Test
  void keyAndChainAreOfTheCertificateThatItBeganWith() {
    String begun = alias();
    assertGets(first, begun);
    Certified second = signed();
    own.change(second);
    assertNotEquals(begun, alias());
    assertGets(first, begun);
    assertGets(second, alias());
    assertArrayEquals(new String[] {alias()}, own.getServerAliases("EC", null));
  }

  @Test
  void nothingIsKeptForLongerThanARenewal() {
    String begun = alias();
    own.change(signed());
    own.change(signed());
    assertNull(own.getPrivateKey(begun));
    assertNull(own.getCertificateChain(begun));
    assertNull(own.chooseEngineServerAlias("RSA", null, null));
  }
}
