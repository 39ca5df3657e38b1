package dev.darner.registry;

import dev.darner.model.Quoted;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The target of a request line, taken apart: nothing in it is encoded any more, and nothing in it
 * can climb out of a path.
 *
 * @param segments of the path, after its first slash; the last is empty when the path ends with one
 * @param query each parameter once
 */
record RequestTarget(List<String> segments, Map<String, String> query) {
  private static final int MOST_PARAMETERS = 16;

  RequestTarget {
    segments = List.copyOf(segments);
    query = Map.copyOf(query);
  }

  /**
   * Reads {@code /path?query} or an absolute http URL.
   *
   * @throws Refusal (400) for {@code .} and {@code ..}, encoded slashes, control characters,
   *     encodings that are none, and parameters given twice
   */
  static RequestTarget parse(String target) throws Refusal {
    String relative = target.replaceFirst("^(?i:https?)://[^/?]*", "");
    int mark = relative.indexOf('?');
    String path = mark < 0 ? relative : relative.substring(0, mark);
    if (!path.startsWith("/")) {
      throw refused("the request's target is not a path", target);
    }
    return new RequestTarget(
        segments(path.substring(1)), query(mark < 0 ? "" : relative.substring(mark + 1)));
  }

  private static List<String> segments(String path) throws Refusal {
    List<String> segments = new ArrayList<>();
    int start = 0;
    for (int end = path.indexOf('/'); end >= 0; end = path.indexOf('/', start)) {
      segments.add(segment(path.substring(start, end)));
      start = end + 1;
    }
    segments.add(segment(path.substring(start)));
    return segments;
  }

  private static String segment(String raw) throws Refusal {
    // In a path a plus is a plus.
    String segment = decoded(raw.replace("+", "%2B"));
    boolean climbs = segment.equals(".") || segment.equals("..");
    if (climbs || segment.indexOf('/') >= 0 || segment.indexOf('\\') >= 0) {
      throw refused("not a part of a path", raw);
    }
    return segment;
  }

  private static Map<String, String> query(String raw) throws Refusal {
    Map<String, String> query = new LinkedHashMap<>();
    String rest = raw;
    while (!rest.isEmpty()) {
      int end = rest.indexOf('&') < 0 ? rest.length() : rest.indexOf('&');
      String parameter = rest.substring(0, end);
      int equals = parameter.indexOf('=') < 0 ? parameter.length() : parameter.indexOf('=');
      String name = decoded(parameter.substring(0, equals));
      String value = decoded(parameter.substring(Math.min(equals + 1, parameter.length())));
      if (query.put(name, value) != null || query.size() > MOST_PARAMETERS) {
        throw refused("a parameter twice, or too many of them", raw);
      }
      rest = rest.substring(Math.min(end + 1, rest.length()));
    }
    return query;
  }

  private static String decoded(String raw) throws Refusal {
    try {
      String decoded = URLDecoder.decode(raw, StandardCharsets.UTF_8);
      if (decoded.chars().noneMatch(c -> Character.isISOControl(c) || c == '\ufffd')) {
        return decoded;
      }
    } catch (IllegalArgumentException e) {
      // Not an encoding: said below.
    }
    throw refused("not properly encoded", raw);
  }

  private static Refusal refused(String why, String text) {
    return new Refusal(400, OciCodes.NAME_INVALID, why + ": " + Quoted.of(text));
  }

  Optional<String> parameter(String name) {
    return Optional.ofNullable(query.get(name)).filter(value -> !value.isEmpty());
  }
}
