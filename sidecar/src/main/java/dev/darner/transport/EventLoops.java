package dev.darner.transport;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * A few threads that carry the traffic between hosts, over epoll where the system has it.
 *
 * @param group the threads; daemons
 * @param socket the kind of connection that runs on them
 * @param serverSocket the kind of listening socket that runs on them
 */
public record EventLoops(
    EventLoopGroup group,
    Class<? extends Channel> socket,
    Class<? extends ServerChannel> serverSocket)
    implements AutoCloseable {
  /** More threads than this move no more bytes, and each brings buffers of its own. */
  public static final int MOST_THREADS = 4;

  private static final long GOODBYE_SECONDS = 2;

  /**
   * Starts threads named {@code name}, as many as there are processors, {@value #MOST_THREADS} at
   * most.
   */
  public static EventLoops start(String name) {
    int threads = Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors());
    DefaultThreadFactory names = new DefaultThreadFactory(name, true);
    return Epoll.isAvailable()
        ? new EventLoops(
            new MultiThreadIoEventLoopGroup(threads, names, EpollIoHandler.newFactory()),
            EpollSocketChannel.class,
            EpollServerSocketChannel.class)
        : new EventLoops(
            new MultiThreadIoEventLoopGroup(threads, names, NioIoHandler.newFactory()),
            NioSocketChannel.class,
            NioServerSocketChannel.class);
  }

  /** Ends the threads; waits for them two seconds at most. */
  @Override
  public void close() {
    group
        .shutdownGracefully(0, GOODBYE_SECONDS, TimeUnit.SECONDS)
        .awaitUninterruptibly(GOODBYE_SECONDS, TimeUnit.SECONDS);
  }
}
