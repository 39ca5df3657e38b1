package dev.darner.model;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.X509EncodedKeySpec;

/**
 * That whoever asks for a certificate has the key that it is for: what a signing request says,
 * without its form. What is signed names its use, the host and the key, so that it is good for
 * nothing else; like such a request it may be shown again, which gets a certificate for the same
 * key and needs the same right.
 */
public final class KeyProof {
  private static final String CURVE = "secp256r1";
  private static final String ALGORITHM = "SHA256withECDSA";
  private static final byte[] USE = "darner enrolment v1\0".getBytes(StandardCharsets.US_ASCII);
  private static final int LONGEST_KEY = 256;

  private KeyProof() {}

  /** A new pair of the one kind that is used. */
  public static KeyPair generate(SecureRandom random) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(CURVE), random);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has this curve", e);
    }
  }

  /** What proves that a host has the private key of a pair. */
  public static byte[] sign(HostId host, KeyPair pair) {
    try {
      Signature signature = Signature.getInstance(ALGORITHM);
      signature.initSign(pair.getPrivate());
      signature.update(statement(host, pair.getPublic().getEncoded()));
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java signs by this", e);
    }
  }

  /**
   * Reads the public key that a host shows with its proof.
   *
   * @param encoded SubjectPublicKeyInfo, DER
   * @throws IllegalArgumentException when it is none on P-256, or the proof is not of its owner
   */
  public static PublicKey requireProven(HostId host, byte[] encoded, byte[] proof) {
    PublicKey key = read(encoded);
    try {
      Signature signature = Signature.getInstance(ALGORITHM);
      signature.initVerify(key);
      signature.update(statement(host, encoded));
      if (signature.verify(proof)) {
        return key;
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("the proof is no signature", e);
    }
    throw new IllegalArgumentException("the proof is not by the key, for this host");
  }

  private static PublicKey read(byte[] encoded) {
    if (encoded.length <= LONGEST_KEY) {
      try {
        PublicKey key =
            KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(encoded));
        if (key instanceof ECPublicKey point && order(point).equals(usual())) {
          return key;
        }
      } catch (GeneralSecurityException e) {
        throw new IllegalArgumentException("not a public key on the curve P-256", e);
      }
    }
    throw new IllegalArgumentException("not a public key on the curve P-256");
  }

  private static BigInteger order(ECPublicKey key) {
    return key.getParams().getOrder();
  }

  private static BigInteger usual() throws GeneralSecurityException {
    AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
    parameters.init(new ECGenParameterSpec(CURVE));
    return parameters.getParameterSpec(ECParameterSpec.class).getOrder();
  }

  private static byte[] statement(HostId host, byte[] encoded) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(USE);
    all.writeBytes((host + "\0").getBytes(StandardCharsets.US_ASCII));
    all.writeBytes(encoded);
    return all.toByteArray();
  }

  /** Whether a private key belongs to a public one, of whatever kind both are. */
  public static boolean belong(PrivateKey own, PublicKey shown) {
    try {
      String algorithm =
          switch (shown.getAlgorithm()) {
            case "EC" -> ALGORITHM;
            case "RSA" -> "SHA256withRSA";
            default -> shown.getAlgorithm();
          };
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(own);
      signature.update(USE);
      byte[] made = signature.sign();
      signature.initVerify(shown);
      signature.update(USE);
      return signature.verify(made);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
