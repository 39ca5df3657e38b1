package dev.darner.transport;

import dev.darner.model.CertifiedHost;
import dev.darner.model.HostId;
import dev.darner.model.KeyProof;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

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

  /** PEM file of its certificate. */
  public Path file() {
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

  /** The identity of a host where names count, by a certificate that names it as functions do. */
  public Identity named(String host) throws Exception {
    return named(host, InstantSource.system());
  }

  /** The same, by another clock. */
  public Identity named(String host, InstantSource clock) throws Exception {
    Identity identity = Identity.of(new HostId(host), file, clock);
    renew(identity, host);
    return identity;
  }

  /** Makes a host show another certificate. */
  public void renew(Identity identity, String host) throws Exception {
    KeyPair pair = KeyProof.generate(new SecureRandom());
    Instant now = Instant.now();
    identity.show(pair.getPrivate(), sign(host, pair, now.minusSeconds(60), now.plusSeconds(3600)));
  }

  /** A certificate that names a host as functions do. */
  public List<X509Certificate> sign(String host, KeyPair pair, Instant from, Instant end)
      throws Exception {
    return List.of(
        leaf(from, end)
            .keyPair(pair)
            .addSanUriName(CertifiedHost.uri(new HostId(host)))
            .buildIssuedBy(signer)
            .getCertificate());
  }

  /** A certificate with DNS names, as other authorities make them. */
  public X509Bundle dns(String... dns) throws Exception {
    CertificateBuilder leaf = leaf(Instant.now().minusSeconds(60), Instant.now().plusSeconds(3600));
    for (String name : dns) {
      leaf.addSanDnsName(name);
    }
    return leaf.buildIssuedBy(signer);
  }

  /** One that ended a minute ago. */
  public X509Bundle ended(String dns) throws Exception {
    return leaf(Instant.now().minusSeconds(3600), Instant.now().minusSeconds(60))
        .addSanDnsName(dns)
        .buildIssuedBy(signer);
  }

  /** A host's, as functions write it, that is called by DNS names as well. */
  public X509Bundle hostCalled(String host, String dns) throws Exception {
    return leaf(Instant.now().minusSeconds(60), Instant.now().plusSeconds(3600))
        .addSanUriName(CertifiedHost.uri(new HostId(host)))
        .addSanDnsName(dns)
        .buildIssuedBy(signer);
  }

  private static CertificateBuilder leaf(Instant from, Instant end) {
    return new CertificateBuilder()
        .ecp256()
        .subject("CN=leaf")
        .notBefore(from)
        .notAfter(end)
        .addExtendedKeyUsageClientAuth()
        .addExtendedKeyUsageServerAuth();
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }
}
