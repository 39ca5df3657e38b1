package dev.darner.controlplane;

import dev.darner.model.ServerUrl;
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
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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
  private final List<ManagedChannel> channels;
  private final AtomicInteger preferred = new AtomicInteger();

  Endpoints(List<ServerUrl> urls, String version) {
    this.urls = urls;
    this.channels = urls.stream().map(url -> channel(url.url(), version)).toList();
  }

  private static ManagedChannel channel(URI url, String version) {
    boolean secure = url.getScheme().equals("https");
    int port = url.getPort() < 0 ? (secure ? HTTPS : HTTP) : url.getPort();
    ChannelCredentials credentials =
        secure ? TlsChannelCredentials.create() : InsecureChannelCredentials.create();
    return Grpc.newChannelBuilderForAddress(url.getHost(), port, credentials)
        .directExecutor()
        .disableRetry()
        .disableServiceConfigLookUp()
        .maxTraceEvents(0)
        .userAgent("darner/" + version)
        .build();
  }

  boolean isEmpty() {
    return channels.isEmpty();
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
    for (int asked = 0; asked < ROUNDS * channels.size(); asked++) {
      int index = (first + asked) % channels.size();
      long left = deadline.timeRemaining(TimeUnit.MILLISECONDS);
      if (asked >= channels.size() && left <= 0) {
        break;
      }
      long share = share(left, channels.size() - asked);
      try {
        T answer = one(call, index, Math.max(1, share));
        preferred.set(index);
        return answer;
      } catch (ControlPlaneException e) {
        preferred.compareAndSet(index, (index + 1) % channels.size());
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
    ManagedChannel channel = channels.get(index);
    CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(millis, TimeUnit.MILLISECONDS);
    try {
      A answer = ClientCalls.blockingUnaryCall(channel, call.method(), options, call.request());
      return call.meaning().apply(answer);
    } catch (StatusRuntimeException | IllegalArgumentException e) {
      if (Thread.interrupted()) {
        throw new InterruptedException("while waiting for " + urls.get(index));
      }
      // Dial anew next time: a back-off here would outlast the fault, a dead connection too.
      channel.enterIdle();
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
    channels.forEach(ManagedChannel::shutdownNow);
  }
}
