package dev.darner.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.ClusterId;
import dev.darner.model.HostId;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In whose name a certificate lets somebody speak. */
class HostCheckTest {
  @TempDir Path folder;
  private TestAuthority authority;

  @BeforeEach
  void make() throws Exception {
    authority = new TestAuthority(folder);
  }

  private static Optional<HostCheck.Refusal> refusal(X509Certificate shown, String host) {
    return HostCheck.refusal(Optional.of(shown), host, "c", Instant.now());
  }

  @Test
  void aHostSpeaksForItself() throws Exception {
    assertEquals(Optional.empty(), refusal(authority.host("n1").certificate(), "n1"));
    assertEquals(Optional.empty(), refusal(authority.dns("n1", "n1.local").certificate(), "n1"));
    assertEquals(
        Optional.empty(), refusal(authority.dns("n1", "n1.local").certificate(), "n1.local"));
  }

  @Test
  void andForNobodyElse() throws Exception {
    for (String name : new String[] {"n2", "n", "n1.", "", "N1", "n1\0"}) {
      HostCheck.Refusal refusal = refusal(authority.host("n1").certificate(), name).orElseThrow();
      assertFalse(refusal.nobody());
      assertTrue(refusal.what().startsWith("the certificate is that of n1, not of"), refusal::what);
    }
    assertTrue(refusal(authority.dns("*.example").certificate(), "n1.example").isPresent());
    assertTrue(refusal(authority.own(), "n1").orElseThrow().what().contains("no host"));
  }

  @Test
  void aClusterThatCannotBeReadWidensNothing() throws Exception {
    String host = "darner://host/n1";
    for (String bad : new String[] {"darner://cluster/", "darner://cluster/C%20D"}) {
      assertTrue(refusal(authority.uris(host, bad).certificate(), "n1").isPresent(), bad);
      X509Certificate one = authority.uris(host, bad, "darner://cluster/c").certificate();
      assertEquals(Optional.empty(), refusal(one, "n1"));
      X509Certificate other = authority.uris(host, bad, "darner://cluster/d").certificate();
      assertTrue(refusal(other, "n1").orElseThrow().what().contains("--cluster"), bad);
    }
    assertEquals(Optional.empty(), refusal(authority.uris(host).certificate(), "n1"));
  }

  @Test
  void nobodyIsRefusedAndToldWhatToDo() {
    HostCheck.Refusal refusal =
        HostCheck.refusal(Optional.empty(), "n1", "c", Instant.now()).orElseThrow();
    assertTrue(refusal.nobody());
    assertTrue(refusal.what().contains("--tls on"), refusal::what);
  }

  @Test
  void whoseTimeIsOverIsNobody() throws Exception {
    X509Certificate shown = authority.host("n1").certificate();
    Instant end = shown.getNotAfter().toInstant();
    assertEquals(
        Optional.empty(), HostCheck.refusal(Optional.of(shown), "n1", "c", end.minusSeconds(1)));
    assertTrue(
        HostCheck.refusal(Optional.of(shown), "n1", "c", end.plusSeconds(1))
            .orElseThrow()
            .nobody());
  }

  @Test
  void aHostOfOneClusterMustNameIt() {
    Authority signing =
        Authority.read(
            authority.certificate(),
            authority.key(),
            Duration.ofHours(1),
            InstantSource.system(),
            new SecureRandom());
    X509Certificate shown =
        signing
            .signForHost(
                new HostId("n1"), Set.of(new ClusterId("c")), authority.own().getPublicKey())
            .getFirst();
    assertEquals(Optional.empty(), refusal(shown, "n1"));
    for (String other : new String[] {"d", ""}) {
      HostCheck.Refusal refusal =
          HostCheck.refusal(Optional.of(shown), "n1", other, Instant.now()).orElseThrow();
      assertTrue(refusal.what().contains("--cluster"), refusal::what);
    }
  }
}
