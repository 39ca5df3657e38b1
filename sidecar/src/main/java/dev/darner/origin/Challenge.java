package dev.darner.origin;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One way to log in that a server names in {@code WWW-Authenticate} (RFC 9110, section 11.6.1).
 *
 * @param scheme lower case, such as {@code bearer}
 * @param parameters by lower-case name
 */
record Challenge(String scheme, Map<String, String> parameters) {
  private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";

  /** No honest value is longer; a bound on what a hostile one costs. */
  private static final int LONGEST = 8192;

  /** A parameter; or a scheme, with the opaque value that some schemes have instead of them. */
  private static final Pattern PART =
      Pattern.compile(
          "[\\s,]*(?:(?<name>TOKEN)\\s*=\\s*(?:\"(?<quoted>[^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+)\"|(?<bare>TOKEN))|(?<scheme>TOKEN)(?=[\\s,]|$)(?:\\s+[A-Za-z0-9._~+/-]+=*(?=\\s*(?:,|$)))?)"
              .replace("TOKEN", TOKEN));

  Challenge {
    parameters = Map.copyOf(parameters);
  }

  /**
   * Reads the header's values. A value may hold several challenges, commas may stand in quotes, and
   * what cannot be read ends its value: what came before it counts.
   */
  static List<Challenge> parse(List<String> values) {
    return values.stream()
        .filter(value -> value.length() <= LONGEST)
        .flatMap(value -> parse(value).stream())
        .toList();
  }

  private static List<Challenge> parse(String value) {
    List<Challenge> found = new ArrayList<>();
    Matcher part = PART.matcher(value);
    String scheme = null;
    Map<String, String> parameters = new TreeMap<>();
    while (part.lookingAt()) {
      if (part.group("scheme") == null) {
        parameters.putIfAbsent(part.group("name").toLowerCase(Locale.ROOT), valueOf(part));
      } else {
        addTo(found, scheme, parameters);
        scheme = part.group("scheme").toLowerCase(Locale.ROOT);
        parameters.clear();
      }
      part.region(part.end(), value.length());
    }
    addTo(found, scheme, parameters);
    return found;
  }

  private static void addTo(List<Challenge> found, String scheme, Map<String, String> parameters) {
    if (scheme != null) {
      found.add(new Challenge(scheme, parameters));
    }
  }

  private static String valueOf(Matcher part) {
    String quoted = part.group("quoted");
    return quoted == null ? part.group("bare") : quoted.replaceAll("\\\\(.)", "$1");
  }

  /** A parameter that is there and not empty. */
  Optional<String> parameter(String name) {
    return Optional.ofNullable(parameters.get(name)).filter(value -> !value.isEmpty());
  }
}
