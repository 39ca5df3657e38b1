package dev.darner.origin;

import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpClient.Version;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Sends one request and waits for the head of its answer, with a deadline. Connections are kept for
 * reuse. No proxy is used: only allowed servers are dialled. Safe for use by many threads.
 */
final class Dialer implements AutoCloseable {
  private final HttpClient client;
  private final ExecutorService threads;
  private final Duration response;
  private final Duration stall;
  private final Set<BodyStream> open = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  Dialer(OriginSettings settings) {
    this.response = settings.response();
    this.stall = settings.stall();
    this.threads =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("origin-http-", 0).factory());
    this.client =
        HttpClient.newBuilder()
            .version(Version.HTTP_1_1)
            .followRedirects(Redirect.NEVER)
            .proxy(HttpClient.Builder.NO_PROXY)
            .connectTimeout(settings.dial())
            .sslContext(settings.tls())
            .executor(threads)
            .build();
  }

  /**
   * @param atHome as in {@link Answer}
   * @throws OriginException.Unavailable when there is no answer in time
   */
  Answer send(Ask ask, boolean atHome) throws OriginException, InterruptedException {
    BodyStream body = newBody(ask.endpoint().toString());
    CompletableFuture<HttpResponse<BodyStream>> answer = null;
    boolean answered = false;
    try {
      answer = client.sendAsync(ask.request(), head -> body);
      HttpResponse<BodyStream> head = answer.get(response.toNanos(), TimeUnit.NANOSECONDS);
      answered = true;
      return new Answer(ask, atHome, head.statusCode(), head.headers(), body);
    } catch (TimeoutException e) {
      throw new OriginException.Unavailable(
          ask.endpoint() + " did not answer within " + response.toMillis() + " ms", e);
    } catch (IllegalArgumentException e) {
      throw new OriginException.Unavailable("not a request that can be sent: " + ask, e);
    } catch (ExecutionException e) {
      throw new OriginException.Unavailable(
          "cannot ask " + ask.endpoint() + ": " + reason(e.getCause()), e.getCause());
    } finally {
      if (!answered) {
        giveUp(answer, body);
      }
    }
  }

  private BodyStream newBody(String source) throws OriginException {
    BodyStream[] self = new BodyStream[1];
    BodyStream body = new BodyStream(source, stall, () -> open.remove(self[0]));
    self[0] = body;
    open.add(body);
    if (closed) {
      body.close();
      throw new OriginException.Unavailable("the sidecar is stopping");
    }
    return body;
  }

  private static void giveUp(CompletableFuture<?> answer, BodyStream body) {
    if (answer != null) {
      answer.cancel(true);
    }
    body.close();
  }

  /** What a person should read of a failed exchange. */
  static String reason(Throwable failure) {
    if (failure instanceof UnresolvedAddressException
        || failure.getCause() instanceof UnresolvedAddressException) {
      return "unknown host";
    }
    String message = failure.getMessage();
    if (message == null && failure instanceof ConnectException) {
      return "it takes no connection";
    }
    return message == null ? failure.getClass().getSimpleName() : message;
  }

  @Override
  public void close() {
    closed = true;
    open.forEach(BodyStream::close);
    client.shutdownNow();
    threads.shutdown();
  }
}
