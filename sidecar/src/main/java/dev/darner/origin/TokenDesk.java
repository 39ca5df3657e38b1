package dev.darner.origin;

import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Fetches bearer tokens and keeps them while they hold: one request at a time for each question,
 * whoever waits for its answer. Safe for use by many threads; each request has a virtual thread of
 * its own, so that a caller who gives up takes nothing from the others.
 */
final class TokenDesk {
  private static final int MOST_TOKENS = 1024;
  private static final int LARGEST_ANSWER = 1 << 20;

  private final Courier courier;
  private final InstantSource clock;

  /** Guarded by itself; least recently used first. */
  private final Map<TokenAsk, CompletableFuture<Token>> tokens =
      new LinkedHashMap<>(16, 0.75f, true);

  TokenDesk(Courier courier, InstantSource clock) {
    this.courier = courier;
    this.clock = clock;
  }

  /**
   * A token that holds, waiting for one where it must.
   *
   * @throws OriginException.Denied when the token server refuses
   */
  Token token(TokenAsk ask, Upstream upstream) throws OriginException, InterruptedException {
    try {
      return heldOrCalled(ask, upstream).get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof OriginException refusal) {
        throw refusal;
      }
      throw new OriginException.Unavailable("no token from " + ask.realm().getHost(), e.getCause());
    }
  }

  /** Forgets the token of an Authorization that its registry did not take. */
  void forget(TokenAsk ask, String authorization) {
    synchronized (tokens) {
      CompletableFuture<Token> held = tokens.get(ask);
      boolean done = held != null && held.isDone() && !held.isCompletedExceptionally();
      if (done && held.join().authorization().equals(authorization)) {
        tokens.remove(ask);
      }
    }
  }

  private CompletableFuture<Token> heldOrCalled(TokenAsk ask, Upstream upstream) {
    synchronized (tokens) {
      CompletableFuture<Token> held = tokens.get(ask);
      if (held != null && !stale(held)) {
        return held;
      }
      CompletableFuture<Token> called = new CompletableFuture<>();
      tokens.put(ask, called);
      if (tokens.size() > MOST_TOKENS) {
        tokens.remove(tokens.keySet().iterator().next());
      }
      Thread.ofVirtual().name("origin-token").start(() -> call(ask, upstream, called));
      return called;
    }
  }

  private boolean stale(CompletableFuture<Token> held) {
    return held.isCompletedExceptionally()
        || (held.isDone() && !clock.instant().isBefore(held.join().renewAt()));
  }

  private void call(TokenAsk ask, Upstream upstream, CompletableFuture<Token> into) {
    try {
      into.complete(fetch(ask, upstream));
    } catch (OriginException | InterruptedException | RuntimeException e) {
      into.completeExceptionally(e);
    }
  }

  private Token fetch(TokenAsk ask, Upstream upstream)
      throws OriginException, InterruptedException {
    Instant asked = clock.instant();
    Ask question = new Ask(Ask.GET, ask.url(), Map.of(), ask.basic());
    try (Answer answer = courier.send(question, upstream)) {
      if (answer.status() != Answer.OK) {
        throw refusal(answer);
      }
      return Token.parse(answer.body().readAll(LARGEST_ANSWER), asked);
    } catch (IllegalArgumentException e) {
      throw new OriginException.Unavailable(
          "the token server " + question.endpoint() + " answered nonsense: " + e.getMessage(), e);
    }
  }

  /** Its challenges are not the registry's, and no client shall answer them to the registry. */
  private static OriginException refusal(Answer answer) {
    String message = "the token server answered " + answer.status() + " to " + answer.ask();
    return answer.refused()
        ? new OriginException.Denied(message, answer.status(), List.of())
        : new OriginException.Unavailable(message);
  }
}
