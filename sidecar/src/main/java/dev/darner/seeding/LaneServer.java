package dev.darner.seeding;

import dev.darner.store.BlobStore;
import dev.darner.transport.EventLoops;
import io.netty.bootstrap.ServerBootstrap;
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
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
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

  private static final int PAGE = 8 << 10;
  private static final int CHUNK_ORDER = 5;

  private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private final Giving giving;
  private final Channel listening;

  /**
   * What all connections share.
   *
   * @param uploads one permit for each piece that may be given at a time
   * @param threads runs what may wait for the disk
   */
  record Giving(SeedingSettings settings, BlobStore store, Semaphore uploads, Executor threads) {}

  private LaneServer(Giving giving, EventLoops loops) throws IOException {
    this.giving = giving;
    this.listening = listen(loops);
  }

  /**
   * @throws IOException when the address cannot be listened at; the message names it
   */
  static LaneServer start(
      SeedingSettings settings, EventLoops loops, BlobStore store, Executor threads)
      throws IOException {
    Semaphore uploads = new Semaphore(settings.uploads());
    return new LaneServer(new Giving(settings, store, uploads, threads), loops);
  }

  private Channel listen(EventLoops loops) throws IOException {
    var address = giving.settings().bulkListen();
    ChannelFuture bound =
        new ServerBootstrap()
            .group(loops.group())
            .channel(loops.serverSocket())
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.ALLOCATOR, smallPool())
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

  /** Heads and refusals need little: chunks of 256 KiB, one arena for each loop. */
  private static PooledByteBufAllocator smallPool() {
    int arenas = Math.min(EventLoops.MOST_THREADS, Runtime.getRuntime().availableProcessors());
    return new PooledByteBufAllocator(true, 0, arenas, PAGE, CHUNK_ORDER, 64, 0, false);
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
      channel
          .pipeline()
          .addLast(new HttpServerCodec(config), new LaneConnection(giving, open >= CONNECTIONS));
    }
  }

  /** The port that it really has. */
  int port() {
    return ((InetSocketAddress) listening.localAddress()).getPort();
  }

  /** Ends every transfer and lets the port go. */
  @Override
  public void close() {
    listening.close().awaitUninterruptibly();
    connections.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
  }
}
