package dev.darner.rest;

import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * The description of everything that the functions answer over HTTP, by OpenAPI 3.1: {@code GET
 * /api/v1/openapi.json}, without a token. It is one document of all functions, whichever of them a
 * process serves. Any thread may call.
 */
public final class OpenApi implements HttpService {
  /** Where it is served. */
  public static final String PATH = "/api/v1/openapi.json";

  private static final String DOCUMENT = "openapi.json";

  private final byte[] document = read();

  private static byte[] read() {
    try (InputStream in = OpenApi.class.getResourceAsStream(DOCUMENT)) {
      if (in == null) {
        throw new IllegalStateException("the build left out " + DOCUMENT);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void routing(HttpRules rules) {
    rules.route(Method.GET, PATH, this::answer);
    rules.route(Method.HEAD, PATH, this::answer);
    rules.any(PATH, OpenApi::notAllowed);
  }

  private void answer(ServerRequest request, ServerResponse response) {
    response.header(HeaderNames.CONTENT_TYPE, "application/json").send(document);
  }

  private static void notAllowed(ServerRequest request, ServerResponse response) {
    throw new Problem(
        Status.METHOD_NOT_ALLOWED_405,
        PATH + " takes GET, HEAD",
        HeaderValues.create(HeaderNames.ALLOW, "GET, HEAD"));
  }
}
