package dev.darner.origin;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A bearer token.
 *
 * @param value fit for a header
 * @param renewAt from when on another is asked for
 */
record Token(String value, Instant renewAt) {
  /** The lifetime of a token that says none, by the token specification of the registry. */
  private static final Duration UNSAID_LIFETIME = Duration.ofSeconds(60);

  private static final Duration LONGEST_LIFETIME = Duration.ofHours(12);
  private static final Pattern FIT = Pattern.compile("[\\x21-\\x7e]+");

  /**
   * Reads a token server's answer.
   *
   * @param asked when the question was sent, from which its lifetime is counted
   * @throws IllegalArgumentException when it is no JSON or has no token
   */
  static Token parse(byte[] json, Instant asked) {
    JsonNode answer = tree(json);
    String value = answer.path("token").asString("");
    if (value.isEmpty()) {
      value = answer.path("access_token").asString("");
    }
    if (!FIT.matcher(value).matches()) {
      throw new IllegalArgumentException("no token in it");
    }
    return new Token(value, asked.plus(use(answer.path("expires_in").asLong(0))));
  }

  private static JsonNode tree(byte[] json) {
    try {
      return JsonMapper.shared().readTree(new String(json, StandardCharsets.UTF_8));
    } catch (JacksonException e) {
      throw new IllegalArgumentException("no JSON", e);
    }
  }

  /** Three quarters of its lifetime, so that it does not expire on its way. */
  private static Duration use(long seconds) {
    Duration lifetime = seconds <= 0 ? UNSAID_LIFETIME : Duration.ofSeconds(seconds);
    Duration bounded = lifetime.compareTo(LONGEST_LIFETIME) > 0 ? LONGEST_LIFETIME : lifetime;
    return bounded.multipliedBy(3).dividedBy(4);
  }

  /** The value of an Authorization. */
  String authorization() {
    return "Bearer " + value;
  }

  /** Never says the value. */
  @Override
  public String toString() {
    return "Token[until " + renewAt + "]";
  }
}
