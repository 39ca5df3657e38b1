package dev.darner.transport;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/** An authority of its own, that signs certificates for hosts of a test. */
public final class Authority {
  private final Path folder;
  private final X509Bundle signer;
  private final Path file;
  private int issued;

  /** One that keeps its files in {@code folder}. */
  public Authority(Path folder) throws Exception {
    this.folder = Files.createDirectories(folder);
    this.signer =
        new CertificateBuilder()
            .ecp256()
            .subject("CN=authority")
            .setIsCertificateAuthority(true)
            .buildSelfSigned();
    this.file = write("ca.pem", signer.getCertificatePEM());
  }

  Path file() {
    return file;
  }

  /** An identity of the authority's, under a name that no host has. */
  public Identity identity() throws Exception {
    return identity(Instant.now().plusSeconds(3600));
  }

  /** One that is good until {@code end}. */
  public Identity identity(Instant end) throws Exception {
    return identityBelievedBy(this, end);
  }

  /** One whose certificate is of this authority, and which believes those of {@code other}. */
  public Identity identityThatBelieves(Authority other) throws Exception {
    return identityBelievedBy(other, Instant.now().plusSeconds(3600));
  }

  private Identity identityBelievedBy(Authority believed, Instant end) throws Exception {
    X509Bundle bundle = bundle(end);
    String name = "host-" + ++issued;
    return Identity.load(
        write(name + ".pem", bundle.getCertificatePEM()),
        write(name + ".key", bundle.getPrivateKeyPEM()),
        believed.file);
  }

  private X509Bundle bundle(Instant end) throws Exception {
    return new CertificateBuilder()
        .ecp256()
        .subject("CN=some-host")
        .addSanDnsName("some-host.example")
        .notBefore(Instant.now().minusSeconds(7200))
        .notAfter(end)
        .addExtendedKeyUsageClientAuth()
        .addExtendedKeyUsageServerAuth()
        .buildIssuedBy(signer);
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }
}
