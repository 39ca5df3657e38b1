package dev.darner.seeding;

import dev.darner.model.ByteBudget;
import dev.darner.transport.SharedRegion;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Sends one piece: its head, then the bytes. The kernel copies them from the file to the socket;
 * under TLS they are read a run at a time, the next one when the last has left. So a slow receiver
 * holds back nothing but itself, and no more than one run is buffered for it. When the upload of
 * this host is limited, the bytes leave in the limit's slices. Runs on its connection's event loop.
 */
final class PieceSender {
  /** How often in the receiver's limit it is looked whether it takes anything. */
  private static final int LOOKS = 4;

  /** Bytes that are encrypted at a time: long enough that their cost is that of the cipher. */
  private static final int RUN = 128 * 1024;

  /** A channel that another thread's interrupt closed is opened again; not for ever. */
  private static final int OPENINGS = 5;

  /** What waits for a limit looks at least so often whether the limit has changed. */
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final ChannelHandlerContext ctx;
  private final Upload upload;
  private final Duration receiverLimit;
  private final End end;
  private final ByteBudget budget;
  private SharedRegion region;
  private long position;
  private ScheduledFuture<?> watch;
  private ScheduledFuture<?> pause;
  private long seen = -1;
  private int quiet;
  private boolean ended;

  /** Told once, unless it was stopped. */
  interface End {
    void sent(boolean whole);
  }

  /** Takes the upload over. */
  PieceSender(
      ChannelHandlerContext ctx,
      Upload upload,
      Duration receiverLimit,
      ByteBudget budget,
      End end) {
    this.ctx = ctx;
    this.upload = upload;
    this.receiverLimit = receiverLimit;
    this.budget = budget;
    this.end = end;
    this.position = upload.range().start();
  }

  void begin() {
    long step = Math.max(1, receiverLimit.toMillis() / LOOKS);
    watch = ctx.executor().scheduleAtFixedRate(this::look, step, step, TimeUnit.MILLISECONDS);
    var _ = ctx.write(LaneAnswers.yes(upload));
    next();
  }

  /** The whole piece at once, or by a limit's slices, or by runs. */
  private void next() {
    boolean secured = ctx.pipeline().get(SslHandler.class) != null;
    long left = upload.range().end() - position;
    int length = (int) Math.min(left, Math.min(budget.slice(), secured ? RUN : left));
    long rate = budget.rate();
    long now = System.nanoTime();
    hold(rate, now + budget.take(length, now), () -> send(length, secured));
  }

  /** Waits until then, or until another rate holds; what is written already leaves meanwhile. */
  private void hold(long rate, long until, Runnable then) {
    long left = until - System.nanoTime();
    if (left <= 0 || budget.rate() != rate) {
      then.run();
      return;
    }
    ctx.flush();
    Runnable again = () -> hold(rate, until, then);
    pause = ctx.executor().schedule(again, Math.min(left, LOOK_NANOS), TimeUnit.NANOSECONDS);
  }

  private void send(int length, boolean secured) {
    Object bytes;
    try {
      bytes = secured ? run(length) : region(length);
    } catch (IOException | RuntimeException e) {
      end(false);
      return;
    }
    if (position + length == upload.range().end()) {
      var _ = ctx.write(bytes);
      ctx.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT)
          .addListener(sent -> end(sent.isSuccess()));
    } else {
      ctx.writeAndFlush(bytes).addListener(sent -> left(length, sent.isSuccess()));
    }
  }

  private SharedRegion region(int length) {
    region = new SharedRegion(upload.content().channel(), position, length);
    return region;
  }

  private DefaultHttpContent run(int length) throws IOException {
    ByteBuf run = ctx.alloc().directBuffer(length, length);
    boolean read = false;
    try {
      read(run, length);
      read = true;
      return new DefaultHttpContent(run);
    } finally {
      if (!read) {
        run.release();
      }
    }
  }

  private void read(ByteBuf run, int length) throws IOException {
    for (int opening = 1; run.readableBytes() < length; ) {
      int at = run.readableBytes();
      try {
        if (run.writeBytes(upload.content().channel(), position + at, length - at) < 0) {
          throw new EOFException("the file of " + upload.content().task() + " is too short");
        }
      } catch (ClosedChannelException e) {
        if (opening++ == OPENINGS) {
          throw e;
        }
      }
    }
  }

  private void left(int length, boolean well) {
    if (ended) {
      return;
    }
    if (well) {
      region = null;
      position += length;
      next();
    } else {
      end(false);
    }
  }

  private void look() {
    long now = position + (region == null ? 0 : region.transferred());
    boolean heldBack = pause != null && !pause.isDone();
    quiet = now == seen && !heldBack ? quiet + 1 : 0;
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
    if (pause != null) {
      pause.cancel(false);
    }
    upload.close();
  }
}
