package dev.darner.cli;

import dev.darner.model.ServerUrl;
import dev.darner.settings.CommandFailure;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A process of Darner that a command asks. Used by one thread.
 *
 * @param what it is, for messages
 * @param base where it answers
 * @param flag the flag that names another one
 */
record Service(String what, ServerUrl base, String flag) {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Duration DIAL = Duration.ofSeconds(2);
  private static final Duration ANSWER = Duration.ofSeconds(30);
  private static final String CONTINUE = "continue";
  private static final int OK = 200;
  private static final int CREATED = 201;
  private static final int UNAVAILABLE = 503;
  private static final int PAGE = 1000;
  private static final int LONGEST_ERROR = 64 * 1024;

  /** It cannot be reached, or cannot answer now; another one may. */
  static final class Unreachable extends CommandFailure {
    private static final long serialVersionUID = 1L;

    private Unreachable(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * The JSON that it answers to any request.
   *
   * @param body a record, sent as JSON
   * @throws Unreachable when it does not listen, or says that it cannot answer now
   */
  JsonNode ask(String method, String path, Optional<Record> body) {
    HttpRequest request =
        HttpRequest.newBuilder(base.at(path))
            .timeout(ANSWER)
            .header("Content-Type", "application/json")
            .method(
                method,
                body.map(record -> BodyPublishers.ofByteArray(JSON.writeValueAsBytes(record)))
                    .orElseGet(BodyPublishers::noBody))
            .build();
    try (HttpClient client = client();
        InputStream answer = send(client, request).body()) {
      return JSON.readTree(answer);
    } catch (JacksonException | IOException e) {
      throw new CommandFailure("the %s at %s answered no JSON".formatted(what, base), e);
    }
  }

  /** The JSON that it answers to a GET. */
  JsonNode json(String path) {
    try (HttpClient client = client();
        InputStream body = open(client, path).body()) {
      return JSON.readTree(body);
    } catch (JacksonException | IOException e) {
      throw new CommandFailure("the %s at %s answered no JSON".formatted(what, base), e);
    }
  }

  /**
   * The whole list that it answers to a GET, page by page.
   *
   * @param list name of the array that holds the items
   * @return the last answer, with all items in it
   */
  ObjectNode list(String path, String list) {
    ArrayNode items = JSON.createArrayNode();
    JsonNode answer = page(path, "");
    answer.path(list).forEach(items::add);
    while (answer.has(CONTINUE)) {
      answer = page(path, "&continue=" + encoded(answer.path(CONTINUE).asString("")));
      answer.path(list).forEach(items::add);
    }
    ObjectNode all = JSON.createObjectNode();
    answer.propertyStream().forEach(property -> all.set(property.getKey(), property.getValue()));
    all.set(list, items);
    return all;
  }

  private JsonNode page(String path, String after) {
    JsonNode page = json(path + "?limit=" + PAGE + after);
    if (!page.isObject()) {
      throw new CommandFailure("the %s at %s answered no JSON object".formatted(what, base));
    }
    return page;
  }

  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /**
   * Asks with GET and waits for the answer's head.
   *
   * @throws CommandFailure when it does not listen or does not answer with success
   */
  HttpResponse<InputStream> open(HttpClient client, String path) {
    return send(client, HttpRequest.newBuilder(base.at(path)).timeout(ANSWER).build());
  }

  private HttpResponse<InputStream> send(HttpClient client, HttpRequest request) {
    try {
      return requireSuccess(client.send(request, BodyHandlers.ofInputStream()));
    } catch (IOException e) {
      throw new Unreachable(
          "no %s answers at %s: start it, or name another with %s".formatted(what, base, flag), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure("interrupted", e);
    }
  }

  static HttpClient client() {
    return HttpClient.newBuilder().version(Version.HTTP_1_1).connectTimeout(DIAL).build();
  }

  private HttpResponse<InputStream> requireSuccess(HttpResponse<InputStream> response)
      throws IOException {
    if (response.statusCode() == OK || response.statusCode() == CREATED) {
      return response;
    }
    try (InputStream body = response.body()) {
      String text = new String(body.readNBytes(LONGEST_ERROR), StandardCharsets.UTF_8);
      String message =
          "the %s at %s answered %d: %s".formatted(what, base, response.statusCode(), reason(text));
      throw response.statusCode() == UNAVAILABLE
          ? new Unreachable(message, null)
          : new CommandFailure(message);
    }
  }

  /** The message of an error in the form of the OCI distribution specification, or of RFC 9457. */
  private static String reason(String text) {
    try {
      JsonNode root = JSON.readTree(text);
      String oci = root.path("errors").path(0).path("message").asString("");
      return oci.isEmpty() ? root.path("detail").asString(text.strip()) : oci;
    } catch (JacksonException e) {
      return text.strip();
    }
  }
}
