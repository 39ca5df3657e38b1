package dev.darner.registry;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;

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

  byte[] json() {
    return JsonMapper.shared()
        .writeValueAsBytes(Map.of("errors", List.of(Map.of("code", code, "message", message))));
  }
}
