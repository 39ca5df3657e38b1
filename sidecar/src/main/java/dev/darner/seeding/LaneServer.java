package dev.darner.seeding;

import dev.darner.model.ByteBudget;
import dev.darner.store.BlobStore;
import dev.darner.transport.EventLoops;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PoolArenaMetric;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * The bulk lane of this host: pieces over HTTP/1.1, from the file to the socket. Its event loops
 * write, and read from the disk what they write; what is opened is opened on {@code threads}.
 */
final class LaneServer implements AutoCloseable {
  /** Connections that are served; one more is told that this host is busy. */
  private static final int CONNECTIONS = 1024;

  private static final int LONGEST_LINE = 1 << 10;
  private static final int LONGEST_HEADERS = 4 << 10;

  /** Heads are all that comes in. */
  private static final int RECEIVE_BUFFER = 2 << 10;

  private static final Duration HANDSHAKE_LIMIT = Duration.ofSeconds(10);
  private static final Duration GOODBYE = Duration.ofSeconds(1);
  private static final int PAGE = 8 << 10;
  private static final int CHUNK_ORDER = 5;

  private final PooledByteBufAllocator buffers = smallPool();
  private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private final Giving giving;
  private final Optional<SslContext> tls;
  private final Channel listening;

  /**
   * What all connections share.
   *
   * @param uploads one permit for each piece that may be given at a time
   * @param budget bytes a second of all pieces together
   * @param threads runs what may wait for the disk
   */
  record Giving(
      SeedingSettings settings,
      BlobStore store,
      UploadSlots uploads,
      ByteBudget budget,
      Executor threads) {}

  private LaneServer(Giving giving, EventLoops loops) throws IOException {
    this.giving = giving;
    this.tls = giving.settings().identity().map(identity -> identity.server(form -> form));
    this.listening = listen(loops);
  }

  /**
   * @throws IOException when the address cannot be listened at; the message names it
   */
  static LaneServer start(
      SeedingSettings settings,
      EventLoops loops,
      BlobStore store,
      ByteBudget budget,
      Executor threads)
      throws IOException {
    UploadSlots uploads = new UploadSlots(settings.uploads());
    return new LaneServer(new Giving(settings, store, uploads, budget, threads), loops);
  }

  /** Changes how many pieces may be given at a time, 1 or more. */
  void limitUploads(int count) {
    giving.uploads().resize(count);
  }

  int uploadLoad() {
    return giving.uploads().load();
  }

  private Channel listen(EventLoops loops) throws IOException {
    var address = giving.settings().bulkListen();
    ChannelFuture bound =
        new ServerBootstrap()
            .group(loops.group())
            .channel(loops.serverSocket())
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.ALLOCATOR, buffers)
            .childOption(
                ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(RECEIVE_BUFFER))
            .childHandler(new Welcome())
            .bind(new InetSocketAddress(address.host(), address.port()))
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException("cannot listen for fetches of pieces at " + address, bound.cause());
    }
    return bound.channel();
  }

  /** Heads and refusals need little: chunks of 256 KiB, one arena for each loop, no more caches. */
  private static PooledByteBufAllocator smallPool() {
    int arenas = Math.min(EventLoops.MOST_THREADS, Runtime.getRuntime().availableProcessors());
    return new PooledByteBufAllocator(true, 0, arenas, PAGE, CHUNK_ORDER, 0, 0, false);
  }

  /** Furnishes each connection; one that is far too many is hung up on. */
  private final class Welcome extends ChannelInitializer<Channel> {
    @Override
    protected void initChannel(Channel channel) {
      int open = connections.size();
      if (open >= 2 * CONNECTIONS) {
        var _ = channel.close();
        return;
      }
      connections.add(channel);
      HttpDecoderConfig config =
          new HttpDecoderConfig()
              .setMaxInitialLineLength(LONGEST_LINE)
              .setMaxHeaderSize(LONGEST_HEADERS)
              .setMaxChunkSize(RECEIVE_BUFFER);
      tls.ifPresent(context -> channel.pipeline().addLast(secret(context, channel)));
      channel
          .pipeline()
          .addLast(new HttpServerCodec(config), new LaneConnection(giving, open >= CONNECTIONS));
    }
  }

  private static SslHandler secret(SslContext context, Channel channel) {
    SslHandler handler = context.newHandler(channel.alloc());
    handler.setHandshakeTimeout(HANDSHAKE_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    handler.setCloseNotifyFlushTimeout(GOODBYE.toMillis(), TimeUnit.MILLISECONDS);
    return handler;
  }

  /** The port that it really has. */
  int port() {
    return ((InetSocketAddress) listening.localAddress()).getPort();
  }

  /** Buffers that are in use by connections now. */
  long buffersInUse() {
    return buffers.metric().directArenas().stream()
        .mapToLong(PoolArenaMetric::numActiveAllocations)
        .sum();
  }

  /** Ends every transfer and lets the port go. */
  @Override
  public void close() {
    listening.close().awaitUninterruptibly();
    connections.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
  }
}
