package dev.darner.origin;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A question for a bearer token; equal questions share one answer.
 *
 * @param realm where tokens are given out
 * @param service for whom; may be empty
 * @param scope what for, such as {@code repository:NAME:pull}
 * @param basic the node's Authorization; empty asks as anybody
 */
record TokenAsk(URI realm, String service, String scope, Optional<String> basic) {
  private static final Pattern SPACES = Pattern.compile(" +");

  URI url() {
    List<String> parameters = new ArrayList<>();
    Optional.ofNullable(realm.getRawQuery()).ifPresent(parameters::add);
    add(parameters, "service", service);
    // Several scopes stand in one value, apart by spaces, and are asked for one by one.
    SPACES.splitAsStream(scope).forEach(one -> add(parameters, "scope", one));
    String base = realm.toString().replaceFirst("[?#].*", "");
    return URI.create(base + "?" + String.join("&", parameters));
  }

  private static void add(List<String> parameters, String name, String value) {
    if (!value.isEmpty()) {
      parameters.add(name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8));
    }
  }

  /** Says whether there is an Authorization, never which. */
  @Override
  public String toString() {
    return "TokenAsk[" + realm.getHost() + ", " + service + ", " + scope + "]";
  }
}
