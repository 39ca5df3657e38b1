package dev.darner.seeding;

import dev.darner.model.ByteBudget;
import dev.darner.model.HostAddress;
import dev.darner.peer.GrpcWire;
import dev.darner.store.BlobStore;
import dev.darner.transport.EventLoops;
import dev.darner.transport.Identity;
import io.grpc.Server;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The door of this host for its peers: gRPC on one port, and the bulk lane that its answers name on
 * another. Nothing is buffered for those who take pieces.
 */
public final class PeerServer implements AutoCloseable {
  private static final int LARGEST_REQUEST = 64 * 1024;
  private static final int WINDOW = 64 * 1024;
  private static final int CALLS_PER_CONNECTION = 1024;
  private static final Duration GOODBYE = Duration.ofSeconds(1);

  /** A host that vanished without a goodbye is found by pings. */
  private static final Duration PING_EVERY = Duration.ofSeconds(20);

  private static final Duration PING_LIMIT = Duration.ofSeconds(5);

  /** Peers may ping twice as often as they do. */
  private static final Duration PINGED_EVERY = Duration.ofSeconds(5);

  /**
   * Warns of every receiver that leaves in the middle of a piece, which is an everyday thing. Held
   * here, since the log system forgets the level of a logger that nobody holds.
   */
  private static final Logger TRANSPORT = Logger.getLogger("io.grpc.netty.NettyServerHandler");

  static {
    TRANSPORT.setLevel(Level.SEVERE);
  }

  private final EventLoops loops;
  private final LaneServer lane;
  private final Server server;
  private final HostAddress address;

  private PeerServer(EventLoops loops, LaneServer lane, Server server, HostAddress address) {
    this.loops = loops;
    this.lane = lane;
    this.server = server;
    this.address = address;
  }

  /**
   * Starts to give what {@code store} has, and to have filled by {@code fill} what peers ask for
   * so, as fast as it can.
   *
   * @throws IOException when the address cannot be listened at; the message names it
   */
  public static PeerServer start(SeedingSettings settings, BlobStore store, FillOnDemand fill)
      throws IOException {
    return start(settings, store, fill, ByteBudget.unlimited());
  }

  /**
   * As {@link #start(SeedingSettings, BlobStore, FillOnDemand)}, within a budget.
   *
   * @param budget bytes a second of all pieces that are given
   */
  public static PeerServer start(
      SeedingSettings settings, BlobStore store, FillOnDemand fill, ByteBudget budget)
      throws IOException {
    EventLoops loops = EventLoops.start("peer-server");
    try {
      ThreadFactory names = Thread.ofVirtual().name("giving-", 0).factory();
      Executor threads = task -> names.newThread(task).start();
      LaneServer lane = LaneServer.start(settings, loops, store, budget, threads);
      Followers followers = new Followers();
      HoldingFeed.Lane giving = new HoldingFeed.Lane(lane.port(), settings.topology());
      PeerService service = new PeerService(giving, store, fill, followers, threads);
      Server server = listen(server(settings, loops).addService(service.definition()), settings);
      store.listen(followers);
      long beat = settings.heartbeat().toMillis();
      var _ =
          loops.group().scheduleAtFixedRate(followers::wakeAll, beat, beat, TimeUnit.MILLISECONDS);
      HostAddress address = new HostAddress(settings.listen().host(), server.getPort());
      return new PeerServer(loops, lane, server, address);
    } catch (IOException | RuntimeException e) {
      loops.close();
      throw e;
    }
  }

  private static Server listen(NettyServerBuilder server, SeedingSettings settings)
      throws IOException {
    try {
      return server.build().start();
    } catch (IOException | RuntimeException e) {
      throw new IOException("cannot listen for peers at " + settings.listen(), e);
    }
  }

  private static NettyServerBuilder server(SeedingSettings settings, EventLoops loops) {
    HostAddress listen = settings.listen();
    NettyServerBuilder server =
        NettyServerBuilder.forAddress(new InetSocketAddress(listen.host(), listen.port()));
    if (settings.identity().isPresent()) {
      Identity identity = settings.identity().get();
      server.sslContext(
          identity.server(form -> GrpcSslContexts.configure(form, identity.provider())));
      server.intercept(new NamedPeers(identity));
    }
    return server
        .bossEventLoopGroup(loops.group())
        .workerEventLoopGroup(loops.group())
        .channelType(loops.serverSocket())
        .directExecutor()
        .intercept(new PromptHeaders())
        .flowControlWindow(WINDOW)
        .maxInboundMessageSize(LARGEST_REQUEST)
        .maxConcurrentCallsPerConnection(CALLS_PER_CONNECTION)
        .keepAliveTime(PING_EVERY.toMillis(), TimeUnit.MILLISECONDS)
        .keepAliveTimeout(PING_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
        .permitKeepAliveTime(PINGED_EVERY.toMillis(), TimeUnit.MILLISECONDS)
        .decompressorRegistry(GrpcWire.UNCOMPRESSED);
  }

  /** Where it listens, with the port that it really has. */
  public HostAddress address() {
    return address;
  }

  /** The port of the bulk lane, as it really is. */
  public int bulkPort() {
    return lane.port();
  }

  /** Buffers that those who take pieces make this host use now. */
  long buffersInUse() {
    return lane.buffersInUse();
  }

  /** Changes how many pieces are given at a time, 1 or more; those under way go on. */
  public void limitUploads(int count) {
    lane.limitUploads(count);
  }

  /** Percent of the pieces that may be given at a time which are given now. */
  public int uploadLoad() {
    return lane.uploadLoad();
  }

  /** Ends every call and transfer, and lets the ports go. */
  @Override
  public void close() {
    server.shutdownNow();
    lane.close();
    try {
      server.awaitTermination(GOODBYE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    loops.close();
  }
}
