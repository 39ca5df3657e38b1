package dev.darner.bench;

import dev.darner.rig.Sidecar;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Has a sidecar fetch contents without taking them: it is asked for the last byte of each, which it
 * gives only when the whole is there and its digest holds.
 */
final class Fill {
  private static final Duration LONGEST = Duration.ofMinutes(10);
  private static final int PARTIAL = 206;
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private Fill() {}

  /**
   * Fetches all at once and returns when all are sealed.
   *
   * @param origin HOST:PORT whose they are
   * @return seconds
   */
  static double fill(Sidecar sidecar, String origin, List<Blobs.Blob> blobs) {
    long start = System.nanoTime();
    CompletableFuture<?>[] all =
        blobs.stream().map(blob -> ask(sidecar, origin, blob)).toArray(CompletableFuture[]::new);
    try {
      CompletableFuture.allOf(all).join();
    } catch (CompletionException e) {
      throw new AssertionError("a sidecar did not fetch: " + e.getCause().getMessage(), e);
    }
    return (System.nanoTime() - start) / 1e9;
  }

  /** The URL of a content at a sidecar's door. */
  static String url(Sidecar sidecar, String origin, Blobs.Blob blob) {
    return "http://%s%s?ns=%s".formatted(sidecar.registry(), blob.path(), origin);
  }

  private static CompletableFuture<?> ask(Sidecar sidecar, String origin, Blobs.Blob blob) {
    long last = blob.size() - 1;
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url(sidecar, origin, blob)))
            .header("Range", "bytes=%d-%d".formatted(last, last))
            .timeout(LONGEST)
            .build();
    return CLIENT
        .sendAsync(request, HttpResponse.BodyHandlers.ofByteArray())
        .thenAccept(answer -> check(blob, answer));
  }

  private static void check(Blobs.Blob blob, HttpResponse<byte[]> answer) {
    if (answer.statusCode() != PARTIAL || answer.body().length != 1) {
      throw new CompletionException(
          new IOException(blob.digest() + " was answered with " + answer.statusCode()));
    }
  }
}
