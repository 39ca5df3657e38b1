package dev.darner.rig;

import dev.darner.model.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One GET of a large body under way, on a virtual thread. The body is hashed and let go. Safe for
 * use by many threads.
 */
public final class Download implements AutoCloseable {
  private final AtomicLong received = new AtomicLong();
  private final CompletableFuture<Ended> ended = new CompletableFuture<>();
  private volatile Thread thread;

  /**
   * How it ended.
   *
   * @param status the answer's status, 0 when there was no answer
   * @param complete as many bytes came as the answer had promised
   * @param digest of what came
   * @param error why it broke off; empty when it did not
   */
  public record Ended(int status, boolean complete, Digest digest, String error) {}

  private Download() {}

  /** Starts a GET, ended with the rig at the latest. */
  public static Download start(Rig rig, String url) {
    Download download = rig.own(new Download());
    HttpRequest request = HttpRequest.newBuilder(URI.create(url)).build();
    download.thread = Thread.ofVirtual().start(() -> download.run(request));
    return download;
  }

  private void run(HttpRequest request) {
    MessageDigest hash = Digest.Algorithm.SHA256.newHash();
    int status = 0;
    try {
      HttpResponse<InputStream> response =
          Http.CLIENT.send(request, HttpResponse.BodyHandlers.ofInputStream());
      status = response.statusCode();
      long promised = response.headers().firstValueAsLong("Content-Length").orElse(-1);
      try (InputStream body = response.body()) {
        readAll(body, hash);
      }
      end(new Ended(status, received() == promised, digest(hash), ""));
    } catch (IOException e) {
      end(new Ended(status, false, digest(hash), e.toString()));
    } catch (InterruptedException e) {
      end(new Ended(status, false, digest(hash), "given up"));
    }
  }

  private void readAll(InputStream body, MessageDigest hash) throws IOException {
    byte[] buffer = new byte[1 << 16];
    for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
      hash.update(buffer, 0, n);
      received.addAndGet(n);
    }
  }

  private static Digest digest(MessageDigest hash) {
    return Digest.of(Digest.Algorithm.SHA256, hash);
  }

  private void end(Ended how) {
    ended.complete(how);
  }

  /** Bytes of the body that have come so far. */
  public long received() {
    return received.get();
  }

  public boolean isEnded() {
    return ended.isDone();
  }

  /**
   * Waits for its end.
   *
   * @throws AssertionError when it does not end in time
   */
  public Ended finish(Duration deadline) {
    try {
      return ended.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError(
          "a download did not end within %d s; %d bytes came"
              .formatted(deadline.toSeconds(), received()),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    } catch (ExecutionException e) {
      throw new AssertionError(e);
    }
  }

  /** Gives up, if it is still under way, and returns once it has ended. */
  @Override
  public void close() {
    thread.interrupt();
    finish(Duration.ofSeconds(10));
  }
}
