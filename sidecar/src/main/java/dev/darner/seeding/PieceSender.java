package dev.darner.seeding;

import dev.darner.transport.SharedRegion;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Sends one piece: its head, then a region of the file that the kernel copies to the socket. So a
 * slow receiver holds back nothing but itself, and nothing is buffered for it. Runs on its
 * connection's event loop.
 */
final class PieceSender {
  /** How often in the receiver's limit it is looked whether it takes anything. */
  private static final int LOOKS = 4;

  private final ChannelHandlerContext ctx;
  private final Upload upload;
  private final Duration receiverLimit;
  private final End end;
  private SharedRegion region;
  private ScheduledFuture<?> watch;
  private long seen;
  private int quiet;
  private boolean ended;

  /** Told once, unless it was stopped. */
  interface End {
    void sent(boolean whole);
  }

  /** Takes the upload over. */
  PieceSender(ChannelHandlerContext ctx, Upload upload, Duration receiverLimit, End end) {
    this.ctx = ctx;
    this.upload = upload;
    this.receiverLimit = receiverLimit;
    this.end = end;
  }

  void begin() {
    try {
      region =
          new SharedRegion(
              upload.content().channel(), upload.range().start(), upload.range().length());
    } catch (RuntimeException e) {
      end(false);
      return;
    }
    long step = Math.max(1, receiverLimit.toMillis() / LOOKS);
    watch = ctx.executor().scheduleAtFixedRate(this::look, step, step, TimeUnit.MILLISECONDS);
    var _ = ctx.write(LaneAnswers.yes(upload));
    var _ = ctx.write(region);
    ctx.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT)
        .addListener(sent -> end(sent.isSuccess()));
  }

  private void look() {
    long now = region.transferred();
    quiet = now == seen ? quiet + 1 : 0;
    seen = now;
    if (quiet >= LOOKS) {
      cutOff();
    }
  }

  /** What waits in the kernel for a receiver that takes nothing is thrown away too. */
  private void cutOff() {
    ctx.channel().config().setOption(ChannelOption.SO_LINGER, 0);
    end(false);
  }

  private void end(boolean whole) {
    if (!ended) {
      stop();
      end.sent(whole);
    }
  }

  /** The connection is gone. */
  void stop() {
    ended = true;
    if (watch != null) {
      watch.cancel(false);
    }
    upload.close();
  }
}
