package dev.darner.seeding;

import dev.darner.model.TaskId;
import dev.darner.peer.LaneWire;
import dev.darner.store.Content;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * One peer's connection to the lane: one request after the other. Runs on its event loop, but for
 * the opening of a content.
 *
 * <pre>
 * awaiting  → opening    asked, and an upload slot is free
 * opening   → sending    the piece is here
 * opening, sending → awaiting   refused; given
 * any       → closed     the peer left, sent what it should not, or took nothing for too long
 * </pre>
 */
final class LaneConnection extends SimpleChannelInboundHandler<HttpObject> {
  private static final System.Logger LOG = System.getLogger("dev.darner.seeding");

  /** For the next whole request; longer than a peer keeps a connection that it does not use. */
  private static final Duration IDLE_LIMIT = Duration.ofMinutes(3);

  private final LaneServer.Giving giving;
  private final boolean crowded;
  private ChannelHandlerContext ctx;
  private ScheduledFuture<?> idle;
  private PieceSender sender;
  private boolean answering;
  private boolean keeps;

  /**
   * @param crowded there are too many connections: this one is only told so
   */
  LaneConnection(LaneServer.Giving giving, boolean crowded) {
    this.giving = giving;
    this.crowded = crowded;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    ctx = context;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    await();
  }

  private void await() {
    answering = false;
    idle = ctx.executor().schedule(this::close, IDLE_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void close() {
    var _ = ctx.close();
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, HttpObject message) {
    boolean body = message instanceof HttpContent part && part.content().isReadable();
    if (body || (answering && message instanceof HttpRequest)) {
      close();
    } else if (message instanceof HttpRequest request) {
      idle.cancel(false);
      answering = true;
      begin(request);
    }
  }

  private void begin(HttpRequest request) {
    keeps = HttpUtil.isKeepAlive(request) && !crowded;
    LaneWire.Ask ask;
    try {
      ask = read(request);
    } catch (IllegalArgumentException e) {
      keeps = false;
      refuse(LaneAnswers.senseless(e.getMessage()));
      return;
    }
    Optional<String> stranger = stranger(request);
    if (stranger.isPresent()) {
      keeps = false;
      refuse(LaneAnswers.stranger(stranger.get()));
      return;
    }
    if (crowded || !giving.uploads().tryAcquire()) {
      refuse(LaneAnswers.busy());
      return;
    }
    try {
      giving.threads().execute(() -> open(ask));
    } catch (RejectedExecutionException e) {
      giving.uploads().release();
      close();
    }
  }

  /** Why the peer may not ask in the name that it says. */
  private Optional<String> stranger(HttpRequest request) {
    return giving
        .settings()
        .identity()
        .flatMap(identity ->
            identity.refusal(
                ctx.pipeline().get(SslHandler.class).engine().getSession(),
                request.headers().get(LaneWire.HOST, "")));
  }

  private static LaneWire.Ask read(HttpRequest request) {
    if (request.decoderResult().isFailure()) {
      throw new IllegalArgumentException("not a request of the lane");
    }
    if (!request.method().equals(HttpMethod.GET)) {
      throw new IllegalArgumentException("pieces are only got");
    }
    if (request.headers().contains(HttpHeaderNames.TRANSFER_ENCODING)
        || !request.headers().get(HttpHeaderNames.CONTENT_LENGTH, "0").equals("0")) {
      throw new IllegalArgumentException("a request has no body");
    }
    return LaneWire.ask(request.uri());
  }

  private void refuse(LaneAnswers.No no) {
    ctx.writeAndFlush(LaneAnswers.no(no, keeps)).addListener(sent -> answered(sent.isSuccess()));
  }

  private void answered(boolean well) {
    if (well && keeps) {
      await();
    } else {
      close();
    }
  }

  /** Runs on a thread that may wait, and has an upload slot. */
  private void open(LaneWire.Ask ask) {
    Optional<Upload> upload = Optional.empty();
    LaneAnswers.No no = LaneAnswers.broken("opening " + ask.task());
    try {
      Optional<Content> content = giving.store().open(ask.task());
      if (content.isEmpty()) {
        no = LaneAnswers.notHeld(ask.task().text());
      } else {
        upload = piece(content.get(), ask.piece());
        no = absent(content.get(), ask.piece());
      }
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, no.why(), e);
    } finally {
      goOn(upload, no);
    }
  }

  /** Takes the content over, if the piece is here; closes it otherwise. */
  private Optional<Upload> piece(Content content, int piece) {
    OptionalInt sum = OptionalInt.empty();
    try {
      sum = piece < content.layout().count() ? content.sum(piece) : sum;
    } finally {
      if (sum.isEmpty()) {
        content.close();
      }
    }
    return sum.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Upload(content, content.layout().range(piece), sum.getAsInt(), giving.uploads()));
  }

  private static LaneAnswers.No absent(Content content, int piece) {
    int count = content.layout().count();
    TaskId task = content.task();
    return piece < count
        ? LaneAnswers.notHeld("piece " + piece + " of " + task)
        : LaneAnswers.senseless("no piece " + piece + ": " + task + " has " + count);
  }

  private void goOn(Optional<Upload> upload, LaneAnswers.No no) {
    boolean handed = false;
    try {
      ctx.executor().execute(() -> opened(upload, no));
      handed = true;
    } catch (RejectedExecutionException e) {
      LOG.log(System.Logger.Level.DEBUG, "this host is stopping", e);
    } finally {
      if (upload.isEmpty()) {
        giving.uploads().release();
      } else if (!handed) {
        upload.get().close();
      }
    }
  }

  private void opened(Optional<Upload> upload, LaneAnswers.No no) {
    if (!ctx.channel().isActive()) {
      upload.ifPresent(Upload::close);
    } else if (upload.isEmpty()) {
      refuse(no);
    } else {
      Duration limit = giving.settings().receiverLimit();
      sender = new PieceSender(ctx, upload.get(), limit, giving.budget(), this::sent);
      sender.begin();
    }
  }

  private void sent(boolean well) {
    sender = null;
    answered(well);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    if (idle != null) {
      idle.cancel(false);
    }
    if (sender != null) {
      sender.stop();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    LOG.log(
        System.Logger.Level.DEBUG,
        () -> "the lane to " + context.channel().remoteAddress() + " failed: " + cause);
    close();
  }
}
