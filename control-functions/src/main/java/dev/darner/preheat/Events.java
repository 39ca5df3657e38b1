package dev.darner.preheat;

import dev.darner.rest.Access;
import dev.darner.rest.Principal;
import dev.darner.rest.Problem;
import dev.darner.schema.AccessRole;
import dev.darner.schema.StateException;
import dev.darner.state.ClusterView;
import dev.darner.state.Preheat;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.BiFunction;
import tools.jackson.databind.json.JsonMapper;

/**
 * A preheat as server-sent events: {@code progress} with each change, and {@code end} with the
 * last. Each listener has the virtual thread of its request.
 */
final class Events {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int MOST_LISTENERS = 200;

  /** Between two events: what changes meanwhile is told together. */
  private static final Duration PAUSE = Duration.ofMillis(200);

  /** A listener that went is noticed by then, and a proxy does not take the line for dead. */
  private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(10);

  private final ClusterView view;
  private final Access access;
  private final Semaphore places = new Semaphore(MOST_LISTENERS);

  Events(ClusterView view, Access access) {
    this.view = view;
    this.access = access;
  }

  /**
   * Answers until the preheat is over, or the listener gone or without a token that holds, which is
   * noticed within some seconds.
   *
   * @param finding the preheat that is asked for, if the asker may see it
   */
  void answer(
      ServerRequest request,
      ServerResponse response,
      BiFunction<ServerRequest, Principal, Preheat> finding) {
    try {
      Preheat preheat = finding.apply(request, access.require(request, AccessRole.VIEWER));
      if (!places.tryAcquire()) {
        throw new Problem(
            Status.TOO_MANY_REQUESTS_429, "too many listen here: ask another replica");
      }
      try {
        response.header(HeaderNames.CONTENT_TYPE, "text/event-stream");
        response.header(HeaderNames.CACHE_CONTROL, "no-cache");
        tell(preheat, request, response);
      } finally {
        places.release();
      }
    } catch (StateException e) {
      throw Problem.of(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void tell(Preheat asked, ServerRequest request, ServerResponse response)
      throws InterruptedException {
    try (OutputStream out = response.outputStream()) {
      String last = "";
      long seen = view.preheatChanges().count();
      Optional<Shown.Item> item = Shown.item(asked);
      while (item.isPresent() && mayListen(request)) {
        String now = JSON.writeValueAsString(item.get());
        boolean over = item.get().state().isOver();
        write(out, now.equals(last) ? ": \n\n" : event(over ? "end" : "progress", now));
        if (over) {
          return;
        }
        last = now;
        seen = awaitChange(asked, seen, last);
        item = view.preheats().find(asked.id()).flatMap(Shown::item);
      }
    } catch (IOException | UncheckedIOException e) {
      // The listener left.
    }
  }

  /**
   * Tokens are revoked, and expire, while somebody listens. One that the view does not show cannot
   * be looked up without the store.
   */
  private boolean mayListen(ServerRequest request) throws InterruptedException {
    try {
      var _ = access.require(request, AccessRole.VIEWER);
      return true;
    } catch (Problem e) {
      return e.status().equals(Status.TOO_MANY_REQUESTS_429);
    } catch (StateException e) {
      return false;
    }
  }

  private long awaitChange(Preheat asked, long before, String last) throws InterruptedException {
    pause();
    long end = System.nanoTime() + SIGN_OF_LIFE.toNanos();
    long seen = before;
    while (System.nanoTime() < end && last.equals(shown(asked))) {
      seen = view.preheatChanges().await(seen, Duration.ofNanos(end - System.nanoTime()));
      pause();
    }
    return seen;
  }

  private String shown(Preheat asked) {
    return view.preheats()
        .find(asked.id())
        .flatMap(Shown::item)
        .map(JSON::writeValueAsString)
        .orElse("");
  }

  /** No count is as large. */
  private void pause() throws InterruptedException {
    var _ = view.preheatChanges().await(Long.MAX_VALUE, PAUSE);
  }

  private static String event(String name, String data) {
    return "event: %s\ndata: %s\n\n".formatted(name, data);
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }
}
