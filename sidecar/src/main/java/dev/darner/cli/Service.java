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
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
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
 * @param token that is shown to it
 * @param trust what tells whether it is who it should be; empty for what Java believes
 */
record Service(
    String what, ServerUrl base, String flag, Optional<String> token, Optional<SSLContext> trust) {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Duration DIAL = Duration.ofSeconds(2);
  private static final Duration ANSWER = Duration.ofSeconds(30);
  private static final String CONTINUE = "continue";
  private static final int UNAVAILABLE = 503;
  private static final int PAGE = 1000;
  private static final int SUCCESS = 200;
  private static final int REDIRECTION = 300;
  private static final int UNAUTHORIZED = 401;
  private static final int LONGEST_ERROR = 64 * 1024;

  /** One that wants no token. */
  Service(String what, ServerUrl base, String flag) {
    this(what, base, flag, Optional.empty(), Optional.empty());
  }

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
    HttpRequest.Builder request =
        request(path)
            .header("Content-Type", "application/json")
            .method(
                method,
                body.map(record -> BodyPublishers.ofByteArray(JSON.writeValueAsBytes(record)))
                    .orElseGet(BodyPublishers::noBody));
    try (HttpClient client = client();
        InputStream answer = open(client, request).body()) {
      return JSON.readTree(answer);
    } catch (JacksonException | IOException e) {
      throw new CommandFailure("the %s at %s answered no JSON".formatted(what, base), e);
    }
  }

  /** The JSON that it answers to a GET. */
  JsonNode json(String path) {
    return json(request(path));
  }

  /** Sends JSON by POST; the JSON that is answered. */
  JsonNode post(String path, JsonNode body) {
    return json(
        request(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body))));
  }

  /** Removes what is at a path. */
  void delete(String path) {
    try (HttpClient client = client();
        InputStream body = open(client, request(path).DELETE()).body()) {
      body.skipNBytes(0);
    } catch (IOException e) {
      throw new CommandFailure("the %s at %s broke off".formatted(what, base), e);
    }
  }

  private JsonNode json(HttpRequest.Builder request) {
    try (HttpClient client = client();
        InputStream body = open(client, request).body()) {
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
    JsonNode page = json(path + (path.contains("?") ? "&" : "?") + "limit=" + PAGE + after);
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
    return open(client, request(path));
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request = HttpRequest.newBuilder(base.at(path)).timeout(ANSWER);
    token.ifPresent(text -> request.header("Authorization", "Bearer " + text));
    return request;
  }

  private HttpResponse<InputStream> open(HttpClient client, HttpRequest.Builder request) {
    try {
      return requireSuccess(client.send(request.build(), BodyHandlers.ofInputStream()));
    } catch (SSLHandshakeException e) {
      throw new Unreachable(
          "the %s at %s cannot be believed (give --functions-ca FILE): %s"
              .formatted(what, base, e.getMessage()),
          e);
    } catch (IOException e) {
      throw new Unreachable(
          "no %s answers at %s: start it, or name another with %s".formatted(what, base, flag), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure("interrupted", e);
    }
  }

  HttpClient client() {
    HttpClient.Builder client =
        HttpClient.newBuilder().version(Version.HTTP_1_1).connectTimeout(DIAL);
    trust.ifPresent(client::sslContext);
    return client.build();
  }

  private HttpResponse<InputStream> requireSuccess(HttpResponse<InputStream> response)
      throws IOException {
    if (isSuccess(response.statusCode())) {
      return response;
    }
    try (InputStream body = response.body()) {
      String text = new String(body.readNBytes(LONGEST_ERROR), StandardCharsets.UTF_8);
      String message =
          "the %s at %s answered %d: %s%s"
              .formatted(
                  what, base, response.statusCode(), reason(text), advice(response.statusCode()));
      throw response.statusCode() == UNAVAILABLE
          ? new Unreachable(message, null)
          : new CommandFailure(message);
    }
  }

  private static boolean isSuccess(int status) {
    return status >= SUCCESS && status < REDIRECTION;
  }

  private String advice(int status) {
    if (status != UNAUTHORIZED || !what.equals("functions")) {
      return "";
    }
    return token.isEmpty()
        ? " (give one with --token-file FILE or in DARNER_TOKEN)"
        : " (shown was that of --token-file or DARNER_TOKEN)";
  }

  /** For messages: without the token. */
  @Override
  public String toString() {
    return what + " at " + base;
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
