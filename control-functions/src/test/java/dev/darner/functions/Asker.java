package dev.darner.functions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Somebody who asks a replica over REST.
 *
 * @param token that is shown; empty for none
 */
record Asker(Replica replica, String token) {
  private static final JsonMapper JSON = new JsonMapper();

  /** The same person at another replica. */
  Asker at(Replica other) {
    return new Asker(other, token);
  }

  HttpResponse<String> get(String path) throws Exception {
    return send("GET", path, null);
  }

  /** What a GET is answered with 200. */
  JsonNode json(String path) throws Exception {
    HttpResponse<String> answer = get(path);
    assertEquals(200, answer.statusCode(), answer::body);
    return JSON.readTree(answer.body());
  }

  /**
   * Sends JSON.
   *
   * @param body null for none
   * @param headers names and values in turn
   */
  HttpResponse<String> send(String method, String path, String body, String... headers)
      throws Exception {
    HttpRequest.Builder request = request(path);
    if (headers.length > 0) {
      request.headers(headers);
    }
    if (body == null) {
      return replica.send(request.method(method, BodyPublishers.noBody()));
    }
    return replica.send(
        request
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(body)));
  }

  /** Sends bytes in chunks, without saying how many. */
  HttpResponse<String> stream(String path, String body) throws Exception {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return replica.send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes))));
  }

  HttpRequest.Builder request(String path) {
    HttpRequest.Builder request = replica.request(path);
    return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
  }

  /** Makes a token; who has it. */
  Asker create(String body) throws Exception {
    return new Asker(replica, made(body).path("token").asString());
  }

  /** Makes a token; what is told of it. */
  JsonNode made(String body) throws Exception {
    HttpResponse<String> answer = send("POST", "/api/v1/tokens", body);
    assertEquals(201, answer.statusCode(), answer::body);
    return JSON.readTree(answer.body());
  }

  /** The reason of a refusal, which is in the form of RFC 9457 and shows nothing of our insides. */
  static String refusal(int status, HttpResponse<String> answer) {
    assertEquals(status, answer.statusCode(), answer::body);
    assertEquals(
        "application/problem+json", answer.headers().firstValue("Content-Type").orElse(""));
    assertFalse(answer.body().contains("Exception"), answer::body);
    assertFalse(answer.body().contains("dev.darner"), answer::body);
    JsonNode problem = JSON.readTree(answer.body());
    assertEquals(status, problem.path("status").asInt());
    String detail = problem.path("detail").asString();
    assertFalse(detail.isBlank(), answer::body);
    return detail;
  }
}
