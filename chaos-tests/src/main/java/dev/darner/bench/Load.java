package dev.darner.bench;

import java.io.IOException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/**
 * Some clients that ask one server, each the next thing as soon as it has the last. Used once, by
 * one thread; the clients run on virtual threads.
 */
final class Load {
  private static final int LARGE = 128 << 10;

  /** All clients' buffers together. */
  private static final int ALL_BUFFERS = 32 << 20;

  private final String host;
  private final int clients;
  private final Queue<Line.Timing> timings = new ConcurrentLinkedQueue<>();
  private final Queue<String> errors = new ConcurrentLinkedQueue<>();
  private final AtomicInteger next = new AtomicInteger();

  Load(String host, int clients) {
    this.host = host;
    this.clients = clients;
  }

  /**
   * What came of it.
   *
   * @param seconds of all
   * @param timings one a request that was answered
   * @param errors one a request, or connection, that failed
   */
  record Outcome(double seconds, List<Line.Timing> timings, List<String> errors) {}

  /** Makes {@code count} requests, the {@code i}th of which is {@code asks.apply(i)}. */
  Outcome run(int count, IntFunction<Ask> asks) {
    long start = System.nanoTime();
    CountDownLatch ended = new CountDownLatch(clients);
    for (int i = 0; i < clients; i++) {
      Thread.ofVirtual()
          .start(() -> {
            serve(count, asks);
            ended.countDown();
          });
    }
    try {
      ended.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    return new Outcome(seconds, List.copyOf(timings), List.copyOf(errors));
  }

  private void serve(int count, IntFunction<Ask> asks) {
    try (Line line = new Line(host, Math.min(LARGE, ALL_BUFFERS / clients))) {
      for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
        timings.add(line.ask(asks.apply(i)));
      }
    } catch (IOException e) {
      errors.add(e.toString());
    }
  }
}
