package dev.darner.origin;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * The head of a server's answer, and its body still to be read. Whoever holds it closes it.
 *
 * @param ask what was asked, at the server that answered
 * @param atHome it was the server first asked, not one that it redirected to
 */
record Answer(Ask ask, boolean atHome, Head head, BodyStream body) implements AutoCloseable {
  static final int OK = 200;
  static final int PARTIAL = 206;
  static final int UNAUTHORIZED = 401;
  static final int FORBIDDEN = 403;
  static final int NOT_FOUND = 404;
  static final int GONE = 410;
  private static final String UNKNOWN_TYPE = "application/octet-stream";
  private static final Pattern FIT_TYPE = Pattern.compile("[ -~]{1,255}");

  int status() {
    return head.status();
  }

  Optional<String> header(String name) {
    return head.first(name);
  }

  /** The body's length, where the server says one that makes sense. */
  OptionalLong length() {
    Optional<String> value = header("Content-Length").filter(text -> text.matches("[0-9]{1,18}"));
    return value.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(value.get()));
  }

  /** The Content-Type, exactly; {@value #UNKNOWN_TYPE} for none and for what no header can be. */
  String mediaType() {
    return header("Content-Type")
        .map(String::strip)
        .filter(type -> FIT_TYPE.matcher(type).matches())
        .orElse(UNKNOWN_TYPE);
  }

  List<String> challenges() {
    return head.all("WWW-Authenticate");
  }

  /** It is a refusal of who asks, by the server itself: one that was redirected to knows nobody. */
  boolean refused() {
    return atHome && (status() == UNAUTHORIZED || status() == FORBIDDEN);
  }

  /** What an answer without the content means. */
  OriginException failure() {
    String message = ask.endpoint() + " answered " + status() + " to " + ask;
    if (status() == NOT_FOUND || status() == GONE) {
      return new OriginException.NotFound(message);
    }
    if (refused()) {
      return new OriginException.Denied(message, status(), challenges());
    }
    return new OriginException.Unavailable(message);
  }

  /** An answer that claims to be good and cannot be. */
  OriginException nonsense(String why) {
    return new OriginException.Unavailable(ask.endpoint() + " " + why + " to " + ask);
  }

  @Override
  public void close() {
    body.close();
  }
}
