package dev.darner.schema;

import io.etcd.jetcd.Client;
import io.etcd.jetcd.common.exception.ErrorCode;
import io.etcd.jetcd.common.exception.EtcdExceptionFactory;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The way to etcd: a jetcd client, and questions to it that end within a deadline.
 *
 * <p>A client that failed is thrown away for a new one, though not more often than once in {@link
 * #PATIENCE}. So etcd is found again within seconds: gRPC waits up to two minutes between dials
 * after a long outage. And what a silent etcd was asked does not pile up, since the deadline ends
 * the waiting and only the client's end ends the call. Leases are renewed beside it, and as long.
 *
 * <p>Any thread may call; the object's monitor guards the client.
 */
final class EtcdConnection implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(3);
  private static final Duration LINGER = Duration.ofSeconds(1);
  private static final Duration DIAL_TIMEOUT = Duration.ofSeconds(1);

  /** How fast an open connection that went silent is noticed: etcd allows a ping each 5 s. */
  private static final Duration PING_INTERVAL = Duration.ofSeconds(10);

  private static final Duration PING_TIMEOUT = Duration.ofSeconds(3);

  /** More than a page of a snapshot or a batch of a watch holds, if records keep their bounds. */
  private static final int LARGEST_ANSWER = 32 << 20;

  /** What etcd says as long as its NOSPACE alarm is raised. */
  private static final String NO_SPACE = "database space exceeded";

  private static final String MAKE_SPACE =
      "etcd has no space left: compact and defragment it (etcdctl compact, etcdctl defrag), or give"
          + " it a larger --quota-backend-bytes; then etcdctl alarm disarm";

  /** Held, because a logger that nobody holds forgets its level. */
  private static final Logger JETCD_LOGGER = Logger.getLogger("io.etcd.jetcd");

  private final List<URI> endpoints;
  private final Duration deadline;
  private final InstantSource clock;
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private Client client;
  private LeaseRenewals renewals;
  private Instant dialled;
  private int dials;
  private boolean closed;

  EtcdConnection(List<URI> endpoints, Duration deadline, InstantSource clock) {
    this.endpoints = List.copyOf(endpoints);
    this.deadline = deadline;
    this.clock = clock;
    this.endpoints.forEach(EtcdConnection::requireHttp);
    quietJetcd();
    this.client = dial();
  }

  private static void requireHttp(URI endpoint) {
    if (!"http".equals(endpoint.getScheme()) || endpoint.getHost() == null) {
      throw new IllegalArgumentException(
          "an etcd endpoint is http://HOST:PORT (TLS is not supported yet): " + endpoint);
    }
  }

  /** jetcd warns of every failure that it also reports; once is enough. A set level stays. */
  private static void quietJetcd() {
    if (JETCD_LOGGER.getLevel() == null) {
      JETCD_LOGGER.setLevel(Level.SEVERE);
    }
  }

  private Client dial() {
    dialled = clock.instant();
    Client dialling =
        Client.builder()
            .endpoints(endpoints)
            .executorService(executor)
            .waitForReady(false)
            .connectTimeout(DIAL_TIMEOUT)
            .keepaliveTime(PING_INTERVAL)
            .keepaliveTimeout(PING_TIMEOUT)
            .maxInboundMessageSize(LARGEST_ANSWER)
            .build();
    URI member = endpoints.get(dials++ % endpoints.size());
    renewals = new LeaseRenewals(member, PING_INTERVAL, PING_TIMEOUT);
    return dialling;
  }

  /** The client of the moment. */
  synchronized Client client() {
    return client;
  }

  /** Renews a lease: seconds that it lives from now, 0 when there is no such lease. */
  long renew(long lease) throws StateException, InterruptedException {
    Client beside;
    CompletableFuture<Long> renewal;
    synchronized (this) {
      beside = client;
      renewal = renewals.renew(lease);
    }
    return await("keep a lease alive", beside, renewal);
  }

  /**
   * Asks etcd and waits for the answer. A thread of its own asks, since jetcd looks names up first.
   *
   * @param what names the question in messages
   */
  <T> T ask(String what, Function<Client, CompletableFuture<T>> question)
      throws StateException, InterruptedException {
    Client asked = client();
    try {
      CompletableFuture<Client> soon = CompletableFuture.completedFuture(asked);
      return await(what, asked, soon.thenComposeAsync(question, executor));
    } catch (RejectedExecutionException e) {
      throw failure(what, asked, e);
    }
  }

  private <T> T await(String what, Client asked, CompletableFuture<T> answer)
      throws StateException, InterruptedException {
    try {
      return answer.get(deadline.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      replace(asked);
      throw new StateException.Unavailable(
          "%s: etcd did not answer within %d ms".formatted(what, deadline.toMillis()), e);
    } catch (ExecutionException e) {
      throw failure(what, asked, e.getCause());
    }
  }

  /** What a failure of etcd means for the caller; a client that cannot reach etcd is replaced. */
  StateException failure(String what, Client asked, Throwable why) {
    ErrorCode code = code(why);
    String message = "%s: etcd: %s %s".formatted(what, code, why.getMessage());
    return switch (code) {
      case NOT_FOUND -> new StateException.NoLease(message, why);
      case OUT_OF_RANGE -> new StateException.Compacted(message, why);
      case UNAVAILABLE -> {
        replace(asked);
        yield new StateException.Unavailable(message, why);
      }
      case RESOURCE_EXHAUSTED ->
          message.contains(NO_SPACE)
              ? new StateException.Full(what + ": " + MAKE_SPACE, why)
              : new StateException.Unavailable(message, why);
      default -> new StateException.Unavailable(message, why);
    };
  }

  static ErrorCode code(Throwable why) {
    return EtcdExceptionFactory.toEtcdException(why).getErrorCode();
  }

  private synchronized void replace(Client failed) {
    Duration age = Duration.between(dialled, clock.instant()).abs();
    if (client.equals(failed) && !closed && age.compareTo(PATIENCE) > 0) {
      LeaseRenewals ended = renewals;
      client = dial();
      executor.execute(() -> closeLater(failed, ended));
    }
  }

  /** Watches of the client have failed too, most likely: jetcd is noisy when one is closed then. */
  private static void closeLater(Client failed, LeaseRenewals ended) {
    try (failed;
        ended) {
      Thread.sleep(LINGER);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    renewals.close();
    client.close();
    executor.shutdownNow();
  }
}
