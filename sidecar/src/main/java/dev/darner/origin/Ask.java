package dev.darner.origin;

import dev.darner.model.Quoted;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A request without a body.
 *
 * @param method GET or HEAD
 * @param url absolute, http or https
 * @param headers each value is a line by itself
 * @param authorization for the server of {@code url} alone
 */
record Ask(
    String method, URI url, Map<String, List<String>> headers, Optional<String> authorization) {
  static final String GET = "GET";
  static final String HEAD = "HEAD";

  private static final Pattern NAME = Pattern.compile("[-A-Za-z0-9]+");
  private static final Pattern VALUE = Pattern.compile("[\\t -~\\x80-\\xff]*");

  Ask {
    headers = Map.copyOf(headers);
  }

  Endpoint endpoint() {
    return Endpoint.of(url);
  }

  Ask with(Optional<String> otherAuthorization) {
    return new Ask(method, url, headers, otherAuthorization);
  }

  Ask with(String otherMethod) {
    return new Ask(otherMethod, url, headers, authorization);
  }

  /**
   * The same question at another place, and the authorization only where it stays with its server.
   */
  Ask at(URI place) {
    boolean same = Endpoint.of(place).equals(endpoint());
    return new Ask(method, place, headers, same ? authorization : Optional.empty());
  }

  /**
   * As it is sent.
   *
   * @throws IllegalArgumentException when a header would be more than one
   */
  byte[] text() {
    StringBuilder text = new StringBuilder(256);
    text.append(method).append(' ').append(target()).append(" HTTP/1.1\r\n");
    append(text, "Host", endpoint().authority());
    headers.forEach((name, values) -> values.forEach(value -> append(text, name, value)));
    authorization.ifPresent(value -> append(text, "Authorization", value));
    return text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  private String target() {
    String ascii = url.toASCIIString();
    URI plain = ascii.equals(url.toString()) ? url : URI.create(ascii);
    String path = plain.getRawPath().isEmpty() ? "/" : plain.getRawPath();
    return plain.getRawQuery() == null ? path : path + "?" + plain.getRawQuery();
  }

  private static void append(StringBuilder text, String name, String value) {
    if (!NAME.matcher(name).matches() || !VALUE.matcher(value).matches()) {
      throw new IllegalArgumentException("not one header: " + Quoted.of(name));
    }
    text.append(name).append(": ").append(value).append("\r\n");
  }

  /** For messages: no query and no user, which may hold secrets. */
  @Override
  public String toString() {
    return method + " " + url.getScheme() + "://" + endpoint() + url.getRawPath();
  }
}
