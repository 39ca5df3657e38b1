package dev.darner.schema;

import io.etcd.jetcd.api.LeaseGrpc;
import io.etcd.jetcd.api.LeaseKeepAliveRequest;
import io.etcd.jetcd.api.LeaseKeepAliveResponse;
import io.grpc.ClientInterceptor;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * Renews leases over a few streams to one member of etcd, which stay open. jetcd opens a stream for
 * each renewal and sends it twice; that is most of what an announcement cost. What is asked within
 * a few milliseconds is sent together: a thousand a second cost as many wake-ups and writes else,
 * here and there.
 *
 * <p>When a stream ends, all who wait for it fail, and the next who asks opens another. Any thread
 * may ask. The object's monitor guards the streams and whether some gather, and each stream's what
 * is awaited and unsent there.
 */
final class LeaseRenewals implements AutoCloseable {
  /** A member that does not lead asks the one that does, for one renewal of a stream at a time. */
  private static final int STREAMS = 8;

  /** What is asked first waits so long for what comes with it; an announcement has 500 ms. */
  private static final long GATHER_MILLIS = 5;

  /** Its thread only hands over what was gathered. */
  private static final Executor SOON =
      CompletableFuture.delayedExecutor(GATHER_MILLIS, TimeUnit.MILLISECONDS, Runnable::run);

  /** What jetcd takes for a member that names no port. */
  private static final int USUAL_PORT = 2379;

  private final ManagedChannel channel;
  private final LeaseGrpc.LeaseStub etcd;
  private final Stream[] streams = new Stream[STREAMS];
  private boolean gathering;

  /**
   * Dials nobody yet.
   *
   * @param ping how long a connection may be silent before it is asked whether it lives
   * @param pong how long that may take
   */
  LeaseRenewals(URI member, Duration ping, Duration pong) {
    this.channel =
        Grpc.newChannelBuilderForAddress(
                member.getHost(), port(member), InsecureChannelCredentials.create())
            .directExecutor()
            .disableRetry()
            .disableServiceConfigLookUp()
            .maxTraceEvents(0)
            .keepAliveTime(ping.toMillis(), TimeUnit.MILLISECONDS)
            .keepAliveTimeout(pong.toMillis(), TimeUnit.MILLISECONDS)
            .build();
    this.etcd = LeaseGrpc.newStub(channel).withInterceptors(leaderRequired());
  }

  private static int port(URI member) {
    return member.getPort() < 0 ? USUAL_PORT : member.getPort();
  }

  /** A member that lost its leader says so, and does not promise what it cannot keep. */
  private static ClientInterceptor leaderRequired() {
    Metadata headers = new Metadata();
    headers.put(Metadata.Key.of("hasleader", Metadata.ASCII_STRING_MARSHALLER), "true");
    return MetadataUtils.newAttachHeadersInterceptor(headers);
  }

  /** Renews a lease. Seconds that it lives from now; 0 when there is no such lease. */
  CompletableFuture<Long> renew(long lease) {
    CompletableFuture<Long> renewal =
        stream(Math.floorMod(Long.hashCode(lease), STREAMS)).renew(lease);
    gather();
    return renewal;
  }

  private synchronized void gather() {
    if (!gathering) {
      gathering = true;
      SOON.execute(this::send);
    }
  }

  private void send() {
    for (Stream stream : gathered()) {
      stream.send();
    }
  }

  private synchronized List<Stream> gathered() {
    gathering = false;
    return Arrays.stream(streams).filter(Objects::nonNull).toList();
  }

  private synchronized Stream stream(int place) {
    if (streams[place] == null || streams[place].hasEnded()) {
      streams[place] = new Stream();
      streams[place].open();
    }
    return streams[place];
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }

  /** One stream, from its opening to its end. */
  private final class Stream implements StreamObserver<LeaseKeepAliveResponse> {
    private final Map<Long, CompletableFuture<Long>> awaited = new HashMap<>();
    private final List<Long> unsent = new ArrayList<>();
    private StreamObserver<LeaseKeepAliveRequest> requests;
    private Throwable end;

    private synchronized void open() {
      requests = etcd.leaseKeepAlive(this);
    }

    private synchronized boolean hasEnded() {
      return end != null;
    }

    /** One renewal of a lease is under way at a time; it is for all who ask meanwhile. */
    private synchronized CompletableFuture<Long> renew(long lease) {
      if (end != null) {
        return CompletableFuture.failedFuture(end);
      }
      CompletableFuture<Long> known = awaited.get(lease);
      if (known != null) {
        return known;
      }
      CompletableFuture<Long> renewal = new CompletableFuture<>();
      awaited.put(lease, renewal);
      unsent.add(lease);
      return renewal;
    }

    private synchronized void send() {
      if (end == null) {
        unsent.forEach(
            lease -> requests.onNext(LeaseKeepAliveRequest.newBuilder().setID(lease).build()));
      }
      unsent.clear();
    }

    @Override
    public void onNext(LeaseKeepAliveResponse answer) {
      CompletableFuture<Long> renewal = taken(answer.getID());
      if (renewal != null) {
        renewal.complete(answer.getTTL());
      }
    }

    private synchronized CompletableFuture<Long> taken(long lease) {
      return awaited.remove(lease);
    }

    @Override
    public void onError(Throwable why) {
      ended(why).forEach(renewal -> renewal.completeExceptionally(why));
      // The next dials at once: a back-off here would outlast the fault.
      channel.enterIdle();
    }

    private synchronized List<CompletableFuture<Long>> ended(Throwable why) {
      end = why;
      List<CompletableFuture<Long>> all = new ArrayList<>(awaited.values());
      awaited.clear();
      return all;
    }

    @Override
    public void onCompleted() {
      onError(Status.UNAVAILABLE.withDescription("etcd ended the stream").asRuntimeException());
    }
  }
}
