package dev.darner.peer;

import dev.darner.model.HostAddress;
import dev.darner.transport.EventLoops;
import dev.darner.transport.Identity;
import io.grpc.ManagedChannel;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * The connections of this host to its peers, one each, made on demand. Safe for use by many
 * threads.
 */
final class Connections implements AutoCloseable {
  /** What one connection may hold of bytes that nobody took yet. */
  private static final int WINDOW = 1 << 16;

  /** A peer that is gone without a goodbye is found by pings: gRPC allows no shorter time. */
  private static final Duration PING_EVERY = Duration.ofSeconds(10);

  private static final Duration PING_LIMIT = Duration.ofSeconds(2);
  private static final Duration GOODBYE = Duration.ofSeconds(1);

  private final PeerSettings settings;
  private final EventLoops loops;
  private final Optional<SslContext> tls;
  private final Object lock = new Object();
  private final Map<HostAddress, Connection> open = new HashMap<>();
  private final Set<Connection> leaving = new HashSet<>();
  private boolean closed;

  Connections(PeerSettings settings, EventLoops loops) {
    this.settings = settings;
    this.tls = settings.identity().map(Connections::secret);
    this.loops = loops;
  }

  private static SslContext secret(Identity identity) {
    return identity.client(form -> GrpcSslContexts.configure(form, identity.provider()));
  }

  /** The connection to a peer, for one more user, who gives it back by {@link #release}. */
  Connection use(HostAddress peer) throws PeerException {
    return use(peer, settings.dialLimit());
  }

  /** As {@link #use(HostAddress)}, with another limit should the peer be dialled for it. */
  Connection use(HostAddress peer, Duration dialLimit) throws PeerException {
    Connection dialled;
    synchronized (lock) {
      if (closed) {
        throw new PeerException.Unavailable(peer + ": this host is stopping", null);
      }
      Connection found = open.get(peer);
      if (found != null && found.era() == era()) {
        return counted(found);
      }
      requireReady(peer);
      if (found != null) {
        forget(found);
      }
      dialled = counted(new Connection(peer, channel(peer, dialLimit), era(), this::forget));
      open.put(peer, dialled);
      later(dialled::dialLimitReached, dialLimit);
    }
    dialled.dial();
    return dialled;
  }

  private int era() {
    return settings.identity().map(Identity::era).orElse(0);
  }

  private void requireReady(HostAddress peer) throws PeerException {
    if (settings.identity().filter(identity -> !identity.ready()).isPresent()) {
      throw new PeerException.Unavailable(peer + ": this host has no certificate that holds", null);
    }
  }

  private static Connection counted(Connection connection) {
    connection.users++;
    connection.uses++;
    return connection;
  }

  void release(Connection connection) {
    boolean last;
    synchronized (lock) {
      connection.users--;
      last = connection.users == 0 && leaving.remove(connection);
      if (connection.users == 0 && !last && !closed) {
        long uses = connection.uses;
        later(() -> dropUnlessUsedSince(connection, uses), settings.idleLimit());
      }
    }
    if (last) {
      connection.channel().shutdown();
    }
  }

  private void dropUnlessUsedSince(Connection connection, long uses) {
    synchronized (lock) {
      if (connection.uses != uses) {
        return;
      }
      open.remove(connection.peer(), connection);
    }
    connection.channel().shutdown();
  }

  /** Gives the connection to no new user; those who have it go on, or hear why they cannot. */
  void forget(Connection connection) {
    boolean unused;
    synchronized (lock) {
      unused = connection.users == 0;
      if (open.remove(connection.peer(), connection) && !unused) {
        leaving.add(connection);
      }
    }
    if (unused) {
      connection.channel().shutdown();
    }
  }

  /**
   * Runs {@code look} every quiet limit, unless this is closed.
   *
   * @return ends that
   */
  Runnable watch(Runnable look) {
    synchronized (lock) {
      if (closed) {
        return () -> {};
      }
      long limit = settings.quietLimit().toMillis();
      Future<?> timer =
          loops.group().scheduleAtFixedRate(look, limit, limit, TimeUnit.MILLISECONDS);
      return () -> timer.cancel(false);
    }
  }

  private void later(Runnable action, Duration delay) {
    var _ = loops.group().schedule(action, delay.toMillis(), TimeUnit.MILLISECONDS);
  }

  private ManagedChannel channel(HostAddress peer, Duration dialLimit) throws PeerException {
    try {
      return build(peer, dialLimit);
    } catch (IllegalArgumentException e) {
      throw new PeerException.Unavailable(peer + " is no address that can be dialled", e);
    }
  }

  private ManagedChannel build(HostAddress peer, Duration dialLimit) {
    NettyChannelBuilder channel = NettyChannelBuilder.forAddress(peer.host(), peer.port());
    tls.ifPresentOrElse(channel::sslContext, channel::usePlaintext);
    return channel
        .eventLoopGroup(loops.group())
        .channelType(loops.socket())
        .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) dialLimit.toMillis())
        .directExecutor()
        .flowControlWindow(WINDOW)
        .keepAliveTime(PING_EVERY.toMillis(), TimeUnit.MILLISECONDS)
        .keepAliveTimeout(PING_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
        .decompressorRegistry(GrpcWire.UNCOMPRESSED)
        .disableRetry()
        .disableServiceConfigLookUp()
        .proxyDetector(address -> null)
        .maxTraceEvents(0)
        .build();
  }

  @Override
  public void close() {
    List<Connection> all;
    synchronized (lock) {
      closed = true;
      all = new ArrayList<>(open.values());
      all.addAll(leaving);
      open.clear();
      leaving.clear();
    }
    all.forEach(connection -> connection.channel().shutdownNow());
    all.forEach(connection -> awaitEnd(connection.channel()));
  }

  private static void awaitEnd(ManagedChannel channel) {
    try {
      channel.awaitTermination(GOODBYE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
