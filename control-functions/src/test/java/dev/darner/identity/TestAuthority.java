package dev.darner.identity;

import dev.darner.model.CertifiedHost;
import dev.darner.model.HostId;
import dev.darner.model.KeyProof;
import dev.darner.model.Pem;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** An authority of a test, with its files, that signs whatever the test wants. */
public final class TestAuthority {
  private static final X500Name NAME = new X500Name("CN=test authority");
  private static final SecureRandom RANDOM = new SecureRandom();

  private final KeyPair pair = KeyProof.generate(RANDOM);
  private final X509Certificate own;
  private final Path certificate;
  private final Path key;

  public TestAuthority(Path folder) throws Exception {
    Files.createDirectories(folder);
    Instant now = Instant.now();
    own = signed(pair, now.minusSeconds(60), now.plus(Duration.ofDays(365)), true);
    certificate = folder.resolve("ca.pem");
    key = folder.resolve("ca.key");
    String text = Pem.text(pair.getPrivate(), List.of(own));
    int end = text.indexOf("-----BEGIN CERTIFICATE");
    Files.writeString(key, text.substring(0, end));
    Files.writeString(certificate, text.substring(end));
  }

  /** A certificate with its private key, as PEM, both in one. */
  public record Held(KeyPair pair, X509Certificate certificate) {
    public String pem() {
      return Pem.text(pair.getPrivate(), List.of(certificate));
    }
  }

  Path certificate() {
    return certificate;
  }

  Path key() {
    return key;
  }

  X509Certificate own() {
    return own;
  }

  /** Functions that sign by it. */
  public IdentitySettings settings(Duration life) {
    return new IdentitySettings(certificate, Optional.of(key), Optional.empty(), List.of(), life);
  }

  /** A host's, as the functions would sign it, that holds for an hour. */
  public Held host(String name) throws Exception {
    return host(name, Instant.now().plusSeconds(3600));
  }

  /** A host's that ends at some time. */
  public Held host(String name, Instant end) throws Exception {
    String uri = CertifiedHost.uri(new HostId(name)).toString();
    return held(end, new GeneralName(GeneralName.uniformResourceIdentifier, uri));
  }

  /** One as other authorities make them, with DNS names alone. */
  public Held dns(String... names) throws Exception {
    GeneralName[] all = new GeneralName[names.length];
    for (int i = 0; i < names.length; i++) {
      all[i] = new GeneralName(GeneralName.dNSName, names[i]);
    }
    return held(Instant.now().plusSeconds(3600), all);
  }

  /** One with any URIs. */
  Held uris(String... uris) throws Exception {
    GeneralName[] all = new GeneralName[uris.length];
    for (int i = 0; i < uris.length; i++) {
      all[i] = new GeneralName(GeneralName.uniformResourceIdentifier, uris[i]);
    }
    return held(Instant.now().plusSeconds(3600), all);
  }

  private Held held(Instant end, GeneralName... names) throws Exception {
    KeyPair made = KeyProof.generate(RANDOM);
    return new Held(made, signed(made, end.minusSeconds(7200), end, false, names));
  }

  private X509Certificate signed(
      KeyPair subject, Instant from, Instant end, boolean authority, GeneralName... names)
      throws Exception {
    var builder =
        new JcaX509v3CertificateBuilder(
            NAME,
            new BigInteger(64, RANDOM),
            Date.from(from),
            Date.from(end),
            authority ? NAME : new X500Name("CN=somebody"),
            subject.getPublic());
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
    if (names.length > 0) {
      KeyPurposeId[] both = {KeyPurposeId.id_kp_clientAuth, KeyPurposeId.id_kp_serverAuth};
      builder
          .addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names))
          .addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(both));
    }
    var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate());
    return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
  }

  /** For a client that believes it and shows nothing. */
  public SSLContext believed() throws Exception {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    store.setCertificateEntry("ca", own);
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), RANDOM);
    return context;
  }

  /** Its certificate as PEM. */
  public String pem() throws Exception {
    return Files.readString(certificate);
  }
}
