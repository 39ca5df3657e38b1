package dev.darner.model;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A content digest in the form of the OCI image specification, {@code algorithm:hex}.
 *
 * @param algorithm what computed it
 * @param hex the value, lower case, as long as the algorithm's output
 */
public record Digest(Algorithm algorithm, String hex) {

  /** The registered algorithms of the OCI image specification. */
  public enum Algorithm {
    SHA256("SHA-256", 64),
    SHA512("SHA-512", 128);

    private final String standardName;
    private final int hexLength;

    Algorithm(String standardName, int hexLength) {
      this.standardName = standardName;
      this.hexLength = hexLength;
    }

    /** The name before the colon, such as {@code sha256}. */
    public String prefix() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** A new, empty computation of this algorithm. */
    public MessageDigest newHash() {
      try {
        return MessageDigest.getInstance(standardName);
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java runtime has " + standardName, e);
      }
    }
  }

  private static final Pattern LOWER_HEX = Pattern.compile("[0-9a-f]+");

  public Digest {
    if (hex.length() != algorithm.hexLength || !LOWER_HEX.matcher(hex).matches()) {
      throw new IllegalArgumentException(
          "a %s digest is %d lower-case hexadecimal digits"
              .formatted(algorithm.prefix(), algorithm.hexLength));
    }
  }

  /**
   * Reads {@code sha256:...} or {@code sha512:...}.
   *
   * @throws IllegalArgumentException when the algorithm is unknown or the value malformed
   */
  public static Digest parse(String text) {
    int colon = text.indexOf(':');
    for (Algorithm algorithm : Algorithm.values()) {
      if (colon > 0 && text.substring(0, colon).equals(algorithm.prefix())) {
        return new Digest(algorithm, text.substring(colon + 1));
      }
    }
    throw new IllegalArgumentException("not a sha256 or sha512 digest: " + Quoted.of(text));
  }

  /** The digest that a finished computation gives; {@code hash} is reset by it. */
  public static Digest of(Algorithm algorithm, MessageDigest hash) {
    return new Digest(algorithm, HexFormat.of().formatHex(hash.digest()));
  }

  /** The SHA-256 digest of some bytes. */
  public static Digest sha256(byte[] bytes) {
    MessageDigest hash = Algorithm.SHA256.newHash();
    hash.update(bytes);
    return of(Algorithm.SHA256, hash);
  }

  @Override
  public String toString() {
    return algorithm.prefix() + ":" + hex;
  }
}
