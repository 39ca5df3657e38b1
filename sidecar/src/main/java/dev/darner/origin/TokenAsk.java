package dev.darner.origin;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A question for a bearer token; equal questions share one answer.
 *
 * @param realm where tokens are given out
 * @param service for whom; may be empty
 * @param scope what for, such as {@code repository:NAME:pull}
 * @param basic the node's Authorization; empty asks as anybody
 */
record TokenAsk(URI realm, String service, String scope, Optional<String> basic) {

  URI url() {
    String query = parameter("service", service) + parameter("scope", scope);
    String base = realm.toString();
    return URI.create(base + (realm.getRawQuery() == null ? "?" : "&") + query.substring(1));
  }

  /** Several scopes stand in one parameter, apart by spaces, and are asked for one by one. */
  private static String parameter(String name, String value) {
    StringBuilder out = new StringBuilder();
    for (String part : value.isEmpty() ? new String[0] : value.split(" +")) {
      out.append('&')
          .append(name)
          .append('=')
          .append(URLEncoder.encode(part, StandardCharsets.UTF_8));
    }
    return out.toString();
  }

  /** Says whether there is an Authorization, never which. */
  @Override
  public String toString() {
    return "TokenAsk[" + realm.getHost() + ", " + service + ", " + scope + "]";
  }
}
