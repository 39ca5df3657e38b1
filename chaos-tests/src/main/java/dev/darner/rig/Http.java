package dev.darner.rig;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Short questions over HTTP. */
public final class Http {
  static final HttpClient CLIENT =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .build();
  private static final Duration DEADLINE = Duration.ofSeconds(10);

  private Http() {}

  /** A short answer. */
  public record Answer(int status, String body) {}

  /**
   * What a GET is answered with.
   *
   * @throws AssertionError when there is no answer
   */
  public static Answer answer(String url) {
    try {
      HttpResponse<String> response = ask(url);
      return new Answer(response.statusCode(), response.body());
    } catch (IOException e) {
      throw new AssertionError(url + ": " + e, e);
    }
  }

  /**
   * The body of a GET that is answered with 200.
   *
   * @throws AssertionError when the answer is another
   */
  public static String get(String url) {
    Answer answer = answer(url);
    if (answer.status() != 200) {
      throw new AssertionError(url + ": " + answer);
    }
    return answer.body();
  }

  /** Whether a GET is answered with 200. */
  public static boolean ok(String url) {
    try {
      return ask(url).statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  /** Whether a GET is answered at all. */
  public static boolean answers(String url) {
    try {
      return ask(url).statusCode() > 0;
    } catch (IOException e) {
      return false;
    }
  }

  /** Whether somebody takes connections on a port of 127.0.0.1. */
  public static boolean listens(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * What a POST of JSON is answered with.
   *
   * @throws AssertionError when there is no answer
   */
  public static Answer post(String url, String json) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url))
            .timeout(DEADLINE)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json))
            .build();
    try {
      HttpResponse<String> response = ask(request);
      return new Answer(response.statusCode(), response.body());
    } catch (IOException e) {
      throw new AssertionError(url + ": " + e, e);
    }
  }

  private static HttpResponse<String> ask(String url) throws IOException {
    return ask(HttpRequest.newBuilder(URI.create(url)).timeout(DEADLINE).build());
  }

  private static HttpResponse<String> ask(HttpRequest request) throws IOException {
    try {
      return CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }
}
