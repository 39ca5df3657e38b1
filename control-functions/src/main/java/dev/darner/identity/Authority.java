package dev.darner.identity;

import dev.darner.model.CertifiedHost;
import dev.darner.model.ClusterId;
import dev.darner.model.HostId;
import dev.darner.model.KeyProof;
import dev.darner.settings.SettingsException;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * The authority of a Darner: the one certificate and key that an operator gives to every replica,
 * so that each signs as any other would. Keeps nothing of what it signed. Any thread may call.
 */
final class Authority {
  private static final int LONGEST_COMMON_NAME = 64;
  private static final int SERIAL_BITS = 127;

  /** A certificate holds from so long ago on, for those whose clocks are late. */
  private static final Duration LATE_CLOCKS = Duration.ofMinutes(5);

  private final List<X509Certificate> certificates;
  private final PrivateKey key;
  private final Duration life;
  private final InstantSource clock;
  private final SecureRandom random;

  private Authority(
      List<X509Certificate> certificates,
      PrivateKey key,
      Duration life,
      InstantSource clock,
      SecureRandom random) {
    this.certificates = certificates;
    this.key = key;
    this.life = life;
    this.clock = clock;
    this.random = random;
  }

  /**
   * Reads it.
   *
   * @throws SettingsException when a file is not what it should be, or the two do not belong
   *     together
   */
  static Authority read(
      Path certificate, Path key, Duration life, InstantSource clock, SecureRandom random) {
    List<X509Certificate> certificates = PemFiles.certificates("--ca-cert", certificate);
    PrivateKey signing = PemFiles.key("--ca-key", key);
    X509Certificate own = certificates.getFirst();
    require(KeyProof.belong(signing, own.getPublicKey()), "--ca-key is not that of --ca-cert");
    require(own.getBasicConstraints() >= 0, "--ca-cert is no authority: it may sign nothing");
    require(
        clock.instant().isBefore(own.getNotAfter().toInstant()),
        "--ca-cert ended at " + own.getNotAfter().toInstant());
    return new Authority(certificates, signing, life, clock, random);
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new SettingsException(message);
    }
  }

  /** For a host: both ends of connections between sidecars, and its calls of functions. */
  List<X509Certificate> signForHost(HostId host, Set<ClusterId> clusters, PublicKey shown) {
    List<GeneralName> names = new ArrayList<>();
    names.add(uri(CertifiedHost.uri(host)));
    clusters.stream().map(CertifiedHost::uri).map(Authority::uri).forEach(names::add);
    return List.of(
        sign(
            host.text(),
            names,
            shown,
            KeyPurposeId.id_kp_clientAuth,
            KeyPurposeId.id_kp_serverAuth));
  }

  /**
   * For the functions, with a key that is made for it.
   *
   * @param names DNS names and IP addresses by which they are reached
   */
  Certified signForFunctions(Set<String> names) {
    var pair = KeyProof.generate(random);
    List<GeneralName> all = new ArrayList<>();
    all.add(uri(URI.create(CertifiedHost.FUNCTIONS)));
    names.stream().map(Authority::reached).forEach(all::add);
    X509Certificate signed =
        sign("darner functions", all, pair.getPublic(), KeyPurposeId.id_kp_serverAuth);
    return new Certified(pair.getPrivate(), List.of(signed));
  }

  private static GeneralName uri(URI name) {
    return new GeneralName(GeneralName.uniformResourceIdentifier, name.toString());
  }

  private static GeneralName reached(String name) {
    return new GeneralName(isIp(name) ? GeneralName.iPAddress : GeneralName.dNSName, name);
  }

  private static boolean isIp(String name) {
    try {
      return InetAddress.ofLiteral(name) != null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private X509Certificate sign(
      String subject, List<GeneralName> names, PublicKey shown, KeyPurposeId... uses) {
    X509Certificate own = certificates.getFirst();
    Instant now = clock.instant();
    Duration late =
        life.compareTo(LATE_CLOCKS.multipliedBy(10)) < 0 ? life.dividedBy(10) : LATE_CLOCKS;
    Instant asked = now.plus(life);
    Instant last = own.getNotAfter().toInstant();
    var builder =
        new JcaX509v3CertificateBuilder(
            own,
            new BigInteger(SERIAL_BITS, random).add(BigInteger.ONE),
            Date.from(now.minus(late)),
            Date.from(asked.isBefore(last) ? asked : last),
            named(subject),
            shown);
    try {
      var extensions = new JcaX509ExtensionUtils();
      builder
          .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
          .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
          .addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(uses))
          .addExtension(
              Extension.subjectAlternativeName,
              false,
              new GeneralNames(names.toArray(GeneralName[]::new)))
          .addExtension(
              Extension.authorityKeyIdentifier,
              false,
              extensions.createAuthorityKeyIdentifier(own));
      var signer = new JcaContentSignerBuilder(algorithm()).build(key);
      return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
    } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException("cannot sign with the key of --ca-key", e);
    }
  }

  private static X500Name named(String subject) {
    String cut =
        subject.length() > LONGEST_COMMON_NAME
            ? subject.substring(0, LONGEST_COMMON_NAME)
            : subject;
    return new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, cut).build();
  }

  private String algorithm() {
    return switch (key.getAlgorithm()) {
      case "RSA" -> "SHA256withRSA";
      case "EC" -> "SHA256withECDSA";
      default -> "Ed25519";
    };
  }
}
