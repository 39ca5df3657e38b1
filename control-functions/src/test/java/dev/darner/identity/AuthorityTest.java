package dev.darner.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.CertifiedHost;
import dev.darner.model.ClusterId;
import dev.darner.model.HostId;
import dev.darner.model.KeyProof;
import dev.darner.settings.SettingsException;
import dev.darner.state.FakeClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the authority signs. */
class AuthorityTest {
  private static final Duration DAY = Duration.ofHours(24);
  private static final HostId HOST = new HostId("n1.rack-7.example");

  @TempDir Path folder;
  private final SecureRandom random = new SecureRandom();
  private final KeyPair pair = KeyProof.generate(random);
  private TestAuthority files;

  @BeforeEach
  void make() throws Exception {
    files = new TestAuthority(folder);
  }

  private Authority authority(Duration life) {
    return Authority.read(files.certificate(), files.key(), life, InstantSource.system(), random);
  }

  private X509Certificate signed(Duration life, ClusterId... clusters) {
    return authority(life).signForHost(HOST, Set.of(clusters), pair.getPublic()).getFirst();
  }

  @Test
  void aHostsCertificateNamesTheHostAndTheKey() throws Exception {
    X509Certificate signed = signed(DAY);
    signed.verify(files.own().getPublicKey());
    assertEquals(pair.getPublic(), signed.getPublicKey());
    assertEquals(new CertifiedHost(Set.of(HOST), Set.of()), CertifiedHost.of(signed));
    assertTrue(CertifiedHost.isWrittenFor(signed));
    assertEquals(List.of("1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.1"), signed.getExtendedKeyUsage());
    assertEquals(-1, signed.getBasicConstraints());
  }

  @Test
  void aHostOfSomeClustersIsOfNoOther() {
    CertifiedHost certified = CertifiedHost.of(signed(DAY, new ClusterId("east")));
    assertTrue(certified.isIn(new ClusterId("east")));
    assertFalse(certified.isIn(new ClusterId("west")));
  }

  @Test
  void itHoldsForItsLifeAndNoLongerThanTheAuthority() {
    X509Certificate day = signed(DAY);
    assertAbout(Instant.now().plus(DAY), day.getNotAfter().toInstant());
    assertAbout(Instant.now().minusSeconds(300), day.getNotBefore().toInstant());
    X509Certificate shorter = signed(Duration.ofSeconds(10));
    assertAbout(Instant.now().minusSeconds(1), shorter.getNotBefore().toInstant());
    assertEquals(files.own().getNotAfter(), signed(Duration.ofDays(365)).getNotAfter());
  }

  private static void assertAbout(Instant expected, Instant actual) {
    Duration apart = Duration.between(expected, actual).abs();
    assertTrue(apart.compareTo(Duration.ofSeconds(30)) < 0, expected + " and " + actual);
  }

  @Test
  void noTwoHaveOneSerialNumber() {
    assertFalse(signed(DAY).getSerialNumber().equals(signed(DAY).getSerialNumber()));
  }

  @Test
  void theFunctionsAreNoHostWhateverTheyAreCalled() throws Exception {
    Certified own = authority(DAY).signForFunctions(Set.of("functions.example", "10.1.2.3", "::1"));
    own.certificate().verify(files.own().getPublicKey());
    assertEquals(Set.of(), CertifiedHost.of(own.certificate()).names());
    assertFalse(CertifiedHost.isWrittenFor(own.certificate()));
    String names = own.certificate().getSubjectAlternativeNames().toString();
    for (String name : List.of("functions.example", "10.1.2.3", "0:0:0:0:0:0:0:1")) {
      assertTrue(names.contains(name), names);
    }
    assertTrue(KeyProof.belong(own.key(), own.certificate().getPublicKey()));
  }

  @Test
  void filesThatAreNotWhatTheyShouldBeAreNamedByTheirFlag() throws Exception {
    Path other = new TestAuthority(folder.resolve("other")).key();
    Path text = Files.writeString(folder.resolve("text"), "no PEM");
    Path none = folder.resolve("none");
    assertRefused("--ca-key is not that of --ca-cert", files.certificate(), other);
    assertRefused("--ca-cert: no certificate", text, files.key());
    assertRefused("--ca-key: no private key", files.certificate(), text);
    assertRefused("--ca-cert: cannot read " + none, none, files.key());
    TestAuthority.Held host = files.host("n1");
    Path leaf = Files.writeString(folder.resolve("leaf"), host.pem());
    assertRefused("--ca-cert is no authority", leaf, leaf);
  }

  private void assertRefused(String words, Path certificate, Path key) {
    String said =
        assertThrows(
                SettingsException.class,
                () -> Authority.read(certificate, key, DAY, InstantSource.system(), random))
            .getMessage();
    assertTrue(said.startsWith(words), said);
  }

  @Test
  void anAuthorityThatHasEndedIsRefused() {
    FakeClock clock = new FakeClock();
    clock.pass(Duration.between(clock.instant(), files.own().getNotAfter().toInstant()));
    SettingsException thrown =
        assertThrows(
            SettingsException.class,
            () -> Authority.read(files.certificate(), files.key(), DAY, clock, random));
    assertTrue(thrown.getMessage().startsWith("--ca-cert ended at "), thrown.getMessage());
  }
}
