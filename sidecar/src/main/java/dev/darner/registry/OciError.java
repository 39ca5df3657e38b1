package dev.darner.registry;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * An error as the OCI distribution specification writes it.
 *
 * @param status the HTTP status
 * @param code the specification's word for it, such as {@code BLOB_UNKNOWN}
 * @param message what a person can do about it
 * @param headers that go with it, beyond the usual ones
 */
record OciError(int status, String code, String message, Map<String, List<String>> headers) {
  OciError {
    headers = Map.copyOf(headers);
  }

  static OciError of(int status, String code, String message) {
    return new OciError(status, code, message, Map.of());
  }

  OciError with(String header, List<String> values) {
    Map<String, List<String>> more = new TreeMap<>(headers);
    if (!values.isEmpty()) {
      more.put(header, values);
    }
    return new OciError(status, code, message, more);
  }

  /** Written by hand: a JSON library would take its first second on an event loop. */
  byte[] json() {
    return "{\"errors\":[{\"code\":%s,\"message\":%s}]}"
        .formatted(quoted(code), quoted(message))
        .getBytes(StandardCharsets.UTF_8);
  }

  private static String quoted(String text) {
    StringBuilder out = new StringBuilder("\"");
    text.chars()
        .forEach(c -> {
          if (c < ' ' || c == '"' || c == '\\' || Character.isSurrogate((char) c)) {
            out.append("\\u%04x".formatted(c));
          } else {
            out.append((char) c);
          }
        });
    return out.append('"').toString();
  }
}
