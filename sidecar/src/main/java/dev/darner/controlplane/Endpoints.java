package dev.darner.controlplane;

import dev.darner.model.ServerUrl;
import dev.darner.transport.Identity;
import io.grpc.CallOptions;
import io.grpc.ChannelCredentials;
import io.grpc.Deadline;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.Function;

/**
 * Where functions answer, any of them as good as another; the one that answered last is asked
 * first. Safe for use by many threads.
 */
final class Endpoints implements AutoCloseable {
  /** How often each is asked at most. */
  private static final int ROUNDS = 2;

  private static final int HTTP = 80;
  private static final int HTTPS = 443;

  private final List<ServerUrl> urls;
  private final Optional<Identity> identity;
  private final String version;
  private final AtomicInteger preferred = new AtomicInteger();

  /** Of each, how often it was dialled anew after a failure. */
  private final AtomicIntegerArray dials;

  /** Guarded by itself. */
  private final List<ManagedChannel> channels = new ArrayList<>();

  /** Of what this host shows by the channels; guarded by them. */
  private int era;

  /**
   * @param identity what this host shows to those that speak TLS, and what it believes; empty to
   *     show nothing and to believe what Java does
   */
  Endpoints(List<ServerUrl> urls, String version, Optional<Identity> identity) {
    this.urls = urls;
    this.dials = new AtomicIntegerArray(urls.size());
    this.version = version;
    this.identity = identity;
    this.era = identity.map(Identity::era).orElse(0);
    urls.forEach(url -> channels.add(channel(url.url())));
  }

  /** The channel to one; when this host shows something else by now, new ones to all. */
  private ManagedChannel channel(int index) {
    synchronized (channels) {
      int now = identity.map(Identity::era).orElse(0);
      if (now != era) {
        era = now;
        // Calls that are under way go on.
        channels.stream().filter(Objects::nonNull).forEach(ManagedChannel::shutdown);
        channels.replaceAll(_ -> null);
      }
      if (channels.get(index) == null) {
        channels.set(index, channel(urls.get(index).url()));
      }
      return channels.get(index);
    }
  }

  private ChannelCredentials secret() {
    if (identity.isEmpty()) {
      return TlsChannelCredentials.create();
    }
    TlsChannelCredentials.Builder credentials =
        TlsChannelCredentials.newBuilder().trustManager(identity.get().functionsTrust());
    Optional<String> pem = identity.get().ready() ? identity.get().pem() : Optional.empty();
    try {
      if (pem.isPresent()) {
        credentials.keyManager(stream(pem.get()), stream(pem.get()));
      }
      return credentials.build();
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory", e);
    }
  }

  private static InputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
  }

  private ManagedChannel channel(URI url) {
    boolean secure = url.getScheme().equals("https");
    int port = url.getPort() < 0 ? (secure ? HTTPS : HTTP) : url.getPort();
    ChannelCredentials credentials = secure ? secret() : InsecureChannelCredentials.create();
    return Grpc.newChannelBuilderForAddress(url.getHost(), port, credentials)
        .directExecutor()
        .disableRetry()
        .disableServiceConfigLookUp()
        .maxTraceEvents(0)
        .userAgent("darner/" + version)
        .build();
  }

  boolean isEmpty() {
    return urls.isEmpty();
  }

  /** A call of the contract, and what its answer means. */
  record Call<Q, A, T>(MethodDescriptor<Q, A> method, Q request, Function<A, T> meaning) {}

  /**
   * Asks one after the other until one answers. None may use up the time of those behind it, but
   * the first, which answered last, has most of it: functions that have lost their state need some
   * of theirs to find that out. Who failed at once is asked a second time: a server that finds one
   * call's end out of place ends the connection, with all calls that are under way there.
   *
   * @param budget for all of them together
   * @throws ControlPlaneException when none answers in time, or none makes sense
   */
  <Q, A, T> T ask(Call<Q, A, T> call, Duration budget)
      throws ControlPlaneException, InterruptedException {
    Deadline deadline = Deadline.after(budget.toMillis(), TimeUnit.MILLISECONDS);
    int first = preferred.get();
    ControlPlaneException failure = null;
    for (int asked = 0; asked < ROUNDS * urls.size(); asked++) {
      int index = (first + asked) % urls.size();
      long left = deadline.timeRemaining(TimeUnit.MILLISECONDS);
      if (asked >= urls.size() && left <= 0) {
        break;
      }
      long share = share(left, urls.size() - asked);
      try {
        T answer = one(call, index, Math.max(1, share));
        preferred.set(index);
        return answer;
      } catch (ControlPlaneException e) {
        preferred.compareAndSet(index, (index + 1) % urls.size());
        failure = joined(failure, e);
      }
    }
    throw failure == null
        ? new ControlPlaneException("no functions are configured", null)
        : failure;
  }

  /** Of the milliseconds left, those of the first of some endpoints: two thirds, or all. */
  static long share(long left, int endpoints) {
    return endpoints <= 1 ? left : left * 2 / 3;
  }

  private <Q, A, T> T one(Call<Q, A, T> call, int index, long millis)
      throws ControlPlaneException, InterruptedException {
    int seen = dials.get(index);
    ManagedChannel channel = channel(index);
    CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(millis, TimeUnit.MILLISECONDS);
    try {
      A answer = ClientCalls.blockingUnaryCall(channel, call.method(), options, call.request());
      return call.meaning().apply(answer);
    } catch (StatusRuntimeException | IllegalArgumentException e) {
      if (Thread.interrupted()) {
        throw new InterruptedException("while waiting for " + urls.get(index));
      }
      // Dial anew next time: a back-off here would outlast the fault, a dead connection too.
      // But not when another call's failure did so since this began: somebody waits for that dial.
      if (dials.compareAndSet(index, seen, seen + 1)) {
        channel.enterIdle();
      }
      throw new ControlPlaneException(urls.get(index) + ": " + e.getMessage(), e);
    }
  }

  private static ControlPlaneException joined(
      ControlPlaneException earlier, ControlPlaneException later) {
    if (earlier != null) {
      later.addSuppressed(earlier);
    }
    return later;
  }

  @Override
  public void close() {
    synchronized (channels) {
      channels.stream().filter(Objects::nonNull).forEach(ManagedChannel::shutdownNow);
    }
  }
}
