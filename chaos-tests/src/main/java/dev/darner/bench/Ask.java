package dev.darner.bench;

import java.util.Optional;

/**
 * One request of a load.
 *
 * @param target path and query
 * @param range value of a Range header
 * @param length bytes of the body that must come
 */
record Ask(String target, Optional<String> range, long length) {

  static Ask whole(String target, long size) {
    return new Ask(target, Optional.empty(), size);
  }

  static Ask part(String target, long start, long length) {
    String range = "bytes=%d-%d".formatted(start, start + length - 1);
    return new Ask(target, Optional.of(range), length);
  }

  /** The request as it goes over the wire, on a connection that stays open. */
  String head(String host) {
    String more = range.map(value -> "Range: " + value + "\r\n").orElse("");
    return "GET %s HTTP/1.1\r\nHost: %s\r\n%s\r\n".formatted(target, host, more);
  }

  int status() {
    return range.isPresent() ? 206 : 200;
  }
}
