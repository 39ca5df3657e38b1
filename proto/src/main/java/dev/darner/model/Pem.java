package dev.darner.model;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Certificates and private keys as PEM. */
public final class Pem {
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----");
  private static final String CERTIFICATE = "CERTIFICATE";
  private static final String KEY = "PRIVATE KEY";
  private static final int LINE = 64;
  private static final List<String> KINDS = List.of("EC", "RSA", "EdDSA");

  private Pem() {}

  /**
   * The certificates in a text, in their order.
   *
   * @throws IllegalArgumentException when there is none, or one is broken
   */
  public static List<X509Certificate> certificates(String text) {
    List<X509Certificate> found = new ArrayList<>();
    for (byte[] block : blocks(text, CERTIFICATE)) {
      found.add(certificate(block));
    }
    if (found.isEmpty()) {
      throw new IllegalArgumentException("no certificate in PEM");
    }
    return List.copyOf(found);
  }

  /**
   * Reads one certificate.
   *
   * @param der its bytes
   * @throws IllegalArgumentException when it is none
   */
  public static X509Certificate certificate(byte[] der) {
    try {
      Certificate read =
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(der));
      if (read instanceof X509Certificate certificate) {
        return certificate;
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("a certificate is broken", e);
    }
    throw new IllegalArgumentException("a certificate is broken");
  }

  /**
   * The private key in a text.
   *
   * @throws IllegalArgumentException when there is none of PKCS#8 that is not encrypted, of EC, RSA
   *     or EdDSA
   */
  public static PrivateKey privateKey(String text) {
    List<byte[]> blocks = blocks(text, KEY);
    return KINDS.stream()
        .filter(_ -> blocks.size() == 1)
        .map(kind -> privateKey(kind, blocks.getFirst()))
        .flatMap(Optional::stream)
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "no private key in PEM of PKCS#8 (openssl pkcs8 -topk8 -nodes makes one)"));
  }

  private static Optional<PrivateKey> privateKey(String kind, byte[] der) {
    try {
      return Optional.of(
          KeyFactory.getInstance(kind).generatePrivate(new PKCS8EncodedKeySpec(der)));
    } catch (GeneralSecurityException e) {
      return Optional.empty();
    }
  }

  private static List<byte[]> blocks(String text, String label) {
    List<byte[]> found = new ArrayList<>();
    Matcher matcher = BLOCK.matcher(text);
    while (matcher.find()) {
      if (matcher.group(1).equals(label)) {
        found.add(Base64.getMimeDecoder().decode(matcher.group(2)));
      }
    }
    return found;
  }

  /** A private key and the certificates that go with it. */
  public static String text(PrivateKey key, List<X509Certificate> chain) {
    StringBuilder all = new StringBuilder(block(KEY, key.getEncoded()));
    chain.forEach(certificate -> all.append(block(CERTIFICATE, encoded(certificate))));
    return all.toString();
  }

  private static byte[] encoded(X509Certificate certificate) {
    try {
      return certificate.getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("a certificate is broken", e);
    }
  }

  private static String block(String label, byte[] der) {
    byte[] end = "\n".getBytes(StandardCharsets.US_ASCII);
    return "-----BEGIN %s-----%n%s%n-----END %s-----%n"
        .formatted(label, Base64.getMimeEncoder(LINE, end).encodeToString(der), label);
  }
}
