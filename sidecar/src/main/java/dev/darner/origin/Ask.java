package dev.darner.origin;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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

  HttpRequest request() {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url).method(method, BodyPublishers.noBody());
    headers.forEach((name, values) -> values.forEach(value -> request.header(name, value)));
    authorization.ifPresent(value -> request.header("Authorization", value));
    return request.build();
  }

  /** For messages: no query and no user, which may hold secrets. */
  @Override
  public String toString() {
    return method + " " + url.getScheme() + "://" + endpoint() + url.getRawPath();
  }
}
