package dev.darner.harbor;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** What Harbor gives along for the registry. Pure. */
final class RegistryHeaders {
  private static final int LONGEST = 16 << 10;
  private static final Pattern AUTHORIZATION =
      Pattern.compile("(?:Basic|Bearer) +[!-~]+", Pattern.CASE_INSENSITIVE);

  private RegistryHeaders() {}

  /**
   * The Authorization among some headers; others are not passed on.
   *
   * @throws IllegalArgumentException when there is one that cannot be used; the message does not
   *     quote it
   */
  static Optional<String> authorization(Map<String, String> headers) {
    Optional<String> given =
        headers.entrySet().stream()
            .filter(header -> header.getKey().equalsIgnoreCase("Authorization"))
            .map(header -> String.valueOf(header.getValue()).strip())
            .filter(value -> !value.isEmpty())
            .findFirst();
    boolean fits =
        given
            .filter(value -> value.length() > LONGEST || !AUTHORIZATION.matcher(value).matches())
            .isEmpty();
    if (!fits) {
      throw new IllegalArgumentException(
          "the Authorization for the registry is Basic or Bearer, at most %d characters"
              .formatted(LONGEST));
    }
    return given;
  }
}
