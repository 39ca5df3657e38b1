package dev.darner.registry;

import dev.darner.model.HostAddress;
import dev.darner.origin.Origin;
import dev.darner.task.Tasks;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * A read-only registry for the container runtimes of this host, over HTTP/1.1, listening until it
 * is closed. Its few event loops never block; what may, runs on virtual threads.
 */
public final class RegistryDoor implements AutoCloseable {
  private static final int EVENT_LOOPS = 2;
  private static final int LONGEST_LINE = 8 << 10;
  private static final int LONGEST_HEADERS = 32 << 10;

  /** Heads are all that comes in. */
  private static final int RECEIVE_BUFFER = 8 << 10;

  /** Of answers under way when the door closes. */
  private static final int GRACE_SECONDS = 3;

  private final House house;
  private final ExecutorService threads;
  private final EventLoopGroup loops;
  private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private final Channel listening;

  private RegistryDoor(
      RegistrySettings settings,
      BlobSource blobs,
      Origin origin,
      InstantSource clock,
      boolean epoll)
      throws IOException {
    this.threads =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("registry-", 0).factory());
    TagResolver tags = new TagResolver(origin, clock, threads, settings);
    this.house = new House(settings, blobs, tags, new ManifestCheck(threads), new DoorCounts());
    this.loops =
        new MultiThreadIoEventLoopGroup(
            EVENT_LOOPS,
            new DefaultThreadFactory("registry-loop", true),
            epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    this.listening = listen(settings.listen(), epoll);
  }

  /**
   * Opens the door.
   *
   * @param tasks where content comes from
   * @param origin who says what a tag names
   * @throws IOException when it cannot listen there; the message says where
   */
  public static RegistryDoor start(
      RegistrySettings settings, Tasks tasks, Origin origin, InstantSource clock)
      throws IOException {
    return start(settings, tasks::open, origin, clock, Epoll.isAvailable());
  }

  static RegistryDoor start(
      RegistrySettings settings,
      BlobSource blobs,
      Origin origin,
      InstantSource clock,
      boolean epoll)
      throws IOException {
    return new RegistryDoor(settings, blobs, origin, clock, epoll);
  }

  private Channel listen(HostAddress address, boolean epoll) throws IOException {
    Class<? extends ServerChannel> kind =
        epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    ChannelFuture bound =
        new ServerBootstrap()
            .group(loops)
            .channel(kind)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.ALLOCATOR, smallPool())
            .childOption(
                ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(RECEIVE_BUFFER))
            .childHandler(new Welcome())
            .bind(new InetSocketAddress(address.host(), address.port()))
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      stopLoops();
      throw new IOException(
          "cannot listen on " + address + ": " + bound.cause().getMessage(), bound.cause());
    }
    return bound.channel();
  }

  /** Heads and error answers need little: chunks of 256 KiB, one arena for each loop. */
  private static ByteBufAllocator smallPool() {
    return new PooledByteBufAllocator(true, 0, EVENT_LOOPS, 8192, 5, 64, 0, false);
  }

  /** Furnishes each connection, unless there are too many. */
  private final class Welcome extends ChannelInitializer<Channel> {
    @Override
    protected void initChannel(Channel channel) {
      if (connections.size() >= house.settings().connections()) {
        house.counts().refusedConnection();
        var _ = channel.close();
        return;
      }
      connections.add(channel);
      DoorConnection connection = new DoorConnection(house);
      HttpDecoderConfig config =
          new HttpDecoderConfig()
              .setMaxInitialLineLength(LONGEST_LINE)
              .setMaxHeaderSize(LONGEST_HEADERS)
              .setMaxChunkSize(RECEIVE_BUFFER);
      channel.pipeline().addLast(connection.doorbell(), new HttpServerCodec(config), connection);
    }
  }

  /** Where it listens. */
  public HostAddress address() {
    InetSocketAddress address = (InetSocketAddress) listening.localAddress();
    return new HostAddress(address.getAddress().getHostAddress(), address.getPort());
  }

  /** What happened here so far. */
  public DoorCounts counts() {
    return house.counts();
  }

  /**
   * Lets nobody in any more, lets answers under way end for {@value #GRACE_SECONDS} s, and cuts the
   * rest off.
   */
  @Override
  public void close() {
    listening.close().awaitUninterruptibly();
    connections.forEach(channel -> channel.pipeline().fireUserEventTriggered(DoorConnection.CLOSE));
    connections.newCloseFuture().awaitUninterruptibly(GRACE_SECONDS, TimeUnit.SECONDS);
    connections.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
    stopLoops();
  }

  private void stopLoops() {
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(1, TimeUnit.SECONDS);
    threads.shutdownNow();
  }
}
