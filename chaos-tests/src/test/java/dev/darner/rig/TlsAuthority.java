package dev.darner.rig;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.nio.file.Path;
import java.time.Instant;

/**
 * The authority of a rig, with its files, that signs what a test wants, also what it should not.
 */
public final class TlsAuthority {
  private final X509Bundle signer;
  private final Path certificate;
  private final Path key;

  private TlsAuthority(Rig rig, X509Bundle signer) {
    this.signer = signer;
    this.certificate = rig.write("authority", "ca.pem", signer.getCertificatePEM());
    this.key = rig.write("authority", "ca.key", signer.getPrivateKeyPEM());
  }

  /** Makes one. */
  public static TlsAuthority make(Rig rig) throws Exception {
    return new TlsAuthority(
        rig,
        new CertificateBuilder()
            .ecp256()
            .subject("CN=rig authority")
            .setIsCertificateAuthority(true)
            .buildSelfSigned());
  }

  /** PEM file of its certificate. */
  public Path certificate() {
    return certificate;
  }

  /** PEM file of its private key. */
  public Path key() {
    return key;
  }

  /** A certificate of a host that ends at some time. */
  public X509Bundle host(String name, Instant end) throws Exception {
    return new CertificateBuilder()
        .ecp256()
        .subject("CN=" + name)
        .addSanUriName("darner://host/" + name)
        .notBefore(end.minusSeconds(7200))
        .notAfter(end)
        .addExtendedKeyUsageClientAuth()
        .addExtendedKeyUsageServerAuth()
        .buildIssuedBy(signer);
  }
}
