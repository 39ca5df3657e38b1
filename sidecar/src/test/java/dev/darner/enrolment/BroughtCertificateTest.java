package dev.darner.enrolment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.HostId;
import dev.darner.transport.Authority;
import dev.darner.transport.Identity;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.InstantSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that somebody else renews in place. */
class BroughtCertificateTest {
  @TempDir Path folder;
  private Authority authority;
  private Path certificate;
  private Path key;
  private Identity identity;
  private BroughtCertificate brought;

  @BeforeEach
  void bring() throws Exception {
    authority = new Authority(folder.resolve("ca"));
    certificate = folder.resolve("tls.crt");
    key = folder.resolve("tls.key");
    X509Bundle first = authority.dns("n1", "n1.nodes.example");
    write(first);
    identity = Identity.of(new HostId("n1"), authority.file(), InstantSource.system());
    identity.read(certificate, key, authority.file());
    assertEquals(first.getCertificate(), identity.certificate().orElseThrow());
    brought = brought(identity);
  }

  private void write(X509Bundle bundle) throws IOException {
    replace(certificate, bundle.getCertificatePEM());
    replace(key, bundle.getPrivateKeyPEM());
  }

  /** As who renews them does: another file under the name. */
  private void replace(Path file, String text) throws IOException {
    Path fresh = Files.writeString(folder.resolve("fresh"), text);
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  @Test
  void whatHasChangedIsShown() throws Exception {
    int before = identity.era();
    brought.run();
    assertEquals(before, identity.era());
    X509Bundle next = authority.dns("n1");
    write(next);
    brought.run();
    assertEquals(next.getCertificate(), identity.certificate().orElseThrow());
    assertTrue(identity.era() > before);
  }

  @Test
  void filesThatDoNotBelongTogetherChangeNothingUntilTheyDo() throws Exception {
    var shown = identity.certificate();
    X509Bundle next = authority.dns("n1");
    replace(certificate, next.getCertificatePEM());
    brought.run();
    assertEquals(shown, identity.certificate());
    replace(key, next.getPrivateKeyPEM());
    brought.run();
    assertEquals(next.getCertificate(), identity.certificate().orElseThrow());
  }

  @Test
  void filesThatHaveEndedAreWaitedForAndOthersAreAnError() throws Exception {
    write(authority.ended("n1"));
    Identity own = Identity.of(new HostId("n1"), authority.file(), InstantSource.system());
    BroughtCertificate files = brought(own);
    files.start(InstantSource.system());
    assertFalse(own.ready());
    files.run();
    assertFalse(own.ready());
    X509Bundle next = authority.dns("n1");
    write(next);
    files.run();
    assertEquals(next.getCertificate(), own.certificate().orElseThrow());

    write(authority.dns("n2"));
    assertThrows(IOException.class, () -> brought(own).start(InstantSource.system()));
    Files.delete(certificate);
    assertThrows(IOException.class, () -> brought(own).start(InstantSource.system()));
  }

  private BroughtCertificate brought(Identity by) {
    return new BroughtCertificate(
        new BroughtCertificate.Pems(certificate, key, authority.file()), by);
  }

  @Test
  void anotherHostsCertificateIsNotShown() throws Exception {
    var shown = identity.certificate();
    write(authority.dns("n2"));
    brought.run();
    assertEquals(shown, identity.certificate());
    Identity other = Identity.of(new HostId("n3"), authority.file(), InstantSource.system());
    String said =
        assertThrows(IOException.class, () -> other.read(certificate, key, authority.file()))
            .getMessage();
    assertTrue(said.contains("that of n2, not of this host, n3"), said);
  }
}
