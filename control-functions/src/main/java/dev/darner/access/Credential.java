package dev.darner.access;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.darner.model.Digest;
import dev.darner.schema.Key;
import dev.darner.schema.TokenRecord;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text of a token: {@code darner_ID_SECRET}, where the id finds the record and the secret is
 * 256 random bits; or any other text for the first admin's, which its owner chose. It is shown to
 * whom it was made for, and never written down here.
 *
 * @param id of the record
 * @param text all that a client shows
 */
record Credential(String id, String text) {
  /** Id of the first admin's token. */
  static final String FIRST = "bootstrap";

  /** The fewest characters that a text of one's own may have. */
  static final int SHORTEST = 32;

  static final String PREFIX = "darner_";

  private static final int LONGEST = 512;
  private static final int ID_BYTES = 6;
  private static final int SECRET_BYTES = 32;

  private static final Pattern MADE = Pattern.compile(PREFIX + "([a-z0-9]{1,32})_([-\\w]+)");

  /** What a header can carry as a token, by RFC 6750. */
  private static final Pattern OWN = Pattern.compile("[-\\w.~+/]+=*");

  /** A new one. */
  static Credential generate(SecureRandom random) {
    return generate(HexFormat.of().formatHex(bytes(ID_BYTES, random)), random);
  }

  /** A new one for a record of some id. */
  static Credential generate(String id, SecureRandom random) {
    String secret =
        Base64.getUrlEncoder().withoutPadding().encodeToString(bytes(SECRET_BYTES, random));
    return new Credential(id, PREFIX + id + "_" + secret);
  }

  private static byte[] bytes(int count, SecureRandom random) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  /** Reads what a client shows; empty when it is no token by its form. */
  static Optional<Credential> parse(String text) {
    if (text.length() > LONGEST) {
      return Optional.empty();
    }
    Matcher made = MADE.matcher(text);
    return made.matches() ? Optional.of(new Credential(made.group(1), text)) : own(text);
  }

  /** A text that somebody chose for the first admin's token, if it can be one. */
  static Optional<Credential> own(String text) {
    boolean good =
        text.length() >= SHORTEST
            && text.length() <= LONGEST
            && !text.startsWith(PREFIX)
            && OWN.matcher(text).matches();
    return good ? Optional.of(new Credential(FIRST, text)) : Optional.empty();
  }

  /**
   * What is kept of it. A fast hash is enough: nobody can try out 2^256 texts, so there is nothing
   * that a slow one would make dearer.
   */
  String hash() {
    return Digest.sha256(text.getBytes(US_ASCII)).toString();
  }

  /** Whether it is the one of a record; takes as long for one that is nearly right as for any. */
  boolean isOf(TokenRecord record) {
    return MessageDigest.isEqual(hash().getBytes(US_ASCII), record.hash().getBytes(US_ASCII));
  }

  /** Where it is kept. */
  Key.Token key() {
    return new Key.Token(id);
  }

  /** Its id: the text must not come into a log. */
  @Override
  public String toString() {
    return "token " + id;
  }
}
