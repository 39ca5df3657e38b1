package dev.darner.registry;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.ReferenceCountUtil;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;

/**
 * One client's connection: one answer at a time, in the order of the requests. Reads on while it
 * answers, only to see the client leave, and not once another request waits. Runs on its event
 * loop.
 *
 * <p>Awaiting a head (for the idle limit; from its first byte on for the head limit) → answering →
 * awaiting ... → lingering: nothing more is sent, what still comes in is thrown away until the
 * client has seen the end, so that no reset overtakes the last bytes → closed.
 */
final class DoorConnection extends ChannelInboundHandlerAdapter implements Exchange.Connection {
  /** Tells a connection to end after the answer under way. */
  static final Object CLOSE = new Object();

  private static final System.Logger LOG = System.getLogger("dev.darner.registry");
  private static final int MOST_PIPELINED = 64;

  /** Bytes of a request's body that are thrown away before the answer is out. */
  private static final int MOST_DRAINED = 64 << 10;

  private static final Duration LINGER = Duration.ofSeconds(2);

  private final House house;
  private final ArrayDeque<HttpRequest> waiting = new ArrayDeque<>();
  private ChannelHandlerContext ctx;
  private Exchange current;
  private Alarm alarm;
  private boolean headBegun;
  private boolean closing;
  private boolean lingering;
  private long drained;

  DoorConnection(House house) {
    this.house = house;
  }

  /** Stands before the decoder, to see when a head begins. */
  ChannelInboundHandlerAdapter doorbell() {
    return new ChannelInboundHandlerAdapter() {
      @Override
      public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        if (message instanceof ByteBuf bytes && bytes.isReadable()) {
          headBegins();
        }
        super.channelRead(context, message);
      }
    };
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    ctx = context;
    alarm = new Alarm(context.executor());
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    awaitHead();
  }

  private void awaitHead() {
    headBegun = false;
    closeAfter(house.settings().waits().idle());
  }

  private void headBegins() {
    if (current == null && !lingering && !headBegun) {
      headBegun = true;
      closeAfter(house.settings().waits().head());
    }
  }

  private void closeAfter(Duration wait) {
    alarm.set(wait.toNanos(), this::close);
  }

  private void close() {
    var _ = ctx.close();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    try {
      if (!lingering && message instanceof HttpRequest request) {
        accept(request);
      } else if (!lingering && message instanceof HttpContent content) {
        drain(content.content().readableBytes());
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void accept(HttpRequest request) {
    if (waiting.size() >= MOST_PIPELINED) {
      close();
      return;
    }
    waiting.add(request);
    if (current == null) {
      next();
    } else {
      readOn(false);
    }
  }

  private void drain(int bytes) {
    drained += bytes;
    if (drained > MOST_DRAINED) {
      readOn(false);
    }
  }

  private void readOn(boolean on) {
    ctx.channel().config().setAutoRead(on);
  }

  private void next() {
    HttpRequest request = waiting.poll();
    if (request == null) {
      awaitHead();
      readOn(true);
      return;
    }
    alarm.clear();
    drained = 0;
    current = new Exchange(ctx, house, request, alarm, this);
    current.begin();
  }

  @Override
  public void answered(boolean keepAlive) {
    current = null;
    if (keepAlive && !closing) {
      next();
    } else {
      linger();
    }
  }

  @Override
  public void brokenOff() {
    current = null;
    linger();
  }

  private void linger() {
    lingering = true;
    waiting.clear();
    closeAfter(house.settings().waits().client());
    ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(flushed -> shutOutput());
  }

  private void shutOutput() {
    if (ctx.channel() instanceof DuplexChannel channel && channel.isActive()) {
      closeAfter(LINGER);
      var _ = channel.shutdownOutput();
      readOn(true);
    } else {
      close();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
    if (event != CLOSE) {
      super.userEventTriggered(context, event);
      return;
    }
    closing = true;
    if (current == null && !lingering) {
      linger();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    waiting.clear();
    lingering = true;
    if (current != null) {
      current.abandon();
      current = null;
    }
    alarm.stop();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    Channel channel = context.channel();
    LOG.log(Level.DEBUG, () -> "connection of " + channel.remoteAddress() + " failed: " + cause);
    close();
  }
}
