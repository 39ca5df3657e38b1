package dev.darner.registry;

import dev.darner.model.ByteRange;
import dev.darner.store.Content;
import dev.darner.transport.SharedRegion;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Sends a run of a content's bytes as they come to be here: socket buffers are filled by the kernel
 * from the file, one region at a time, the next one when the last has left. So a slow client holds
 * back nothing but itself, and nothing is buffered for it. Runs on its connection's event loop.
 *
 * <p>Waiting (for bytes at this host) → sending (a region) → waiting ... → ended: whole, failed
 * (the bytes will not come, or none came for too long), or gone (the client is, or takes nothing).
 */
final class BodySender {
  /**
   * Long enough that its costs do not count, short enough that one client does not hold the loop.
   */
  private static final long LONGEST_REGION = 4 << 20;

  /** How it ended. */
  interface End {
    void whole();

    /** The client is still there. */
    void failed(Throwable cause);

    void gone(String why);
  }

  private final ChannelHandlerContext ctx;
  private final Content content;
  private final House house;
  private final Alarm alarm;
  private final End end;
  private final long until;
  private long position;
  private SharedRegion region;
  private boolean ended;
  private Progress last;
  private long unchangedSince;

  /** What changes as long as things go on. */
  private record Progress(long position, long transferred, long received) {}

  /**
   * @param range what to send; its head is written by the caller
   * @param alarm of the connection, for this one's use until it ends
   */
  BodySender(
      ChannelHandlerContext ctx,
      Content content,
      ByteRange range,
      House house,
      Alarm alarm,
      End end) {
    this.ctx = ctx;
    this.alarm = alarm;
    this.content = content;
    this.position = range.start();
    this.until = range.end();
    this.house = house;
    this.end = end;
  }

  void begin() {
    last = progress();
    unchangedSince = System.nanoTime();
    watch();
    next();
  }

  /** Sends nothing more; the end is not told. */
  void stop() {
    ended = true;
  }

  private void next() {
    if (position == until) {
      ended = true;
      end.whole();
      return;
    }
    CompletableFuture<Long> readable = house.readable(content, position);
    if (readable.isDone()) {
      heard(readable);
    } else {
      var _ = readable.whenComplete((to, failure) -> ctx.executor().execute(() -> heard(readable)));
    }
  }

  private void heard(CompletableFuture<Long> readable) {
    if (ended) {
      return;
    }
    if (readable.isCompletedExceptionally()) {
      ended = true;
      end.failed(ErrorAnswers.cause(readable.exceptionNow()));
      return;
    }
    long to = Math.min(Math.min(readable.join(), until), position + LONGEST_REGION);
    send(to - position);
  }

  private void send(long length) {
    try {
      region = new SharedRegion(content.channel(), position, length);
    } catch (RuntimeException e) {
      ended = true;
      end.failed(e);
      return;
    }
    ctx.writeAndFlush(region)
        .addListener((ChannelFuture sent) -> {
          region = null;
          if (!ended) {
            left(sent, length);
          }
        });
  }

  private void left(ChannelFuture sent, long length) {
    if (!sent.isSuccess()) {
      ended = true;
      end.gone("the connection failed: " + sent.cause());
      return;
    }
    position += length;
    house.counts().sent(length);
    next();
  }

  private Progress progress() {
    return new Progress(position, region == null ? 0 : region.transferred(), content.received());
  }

  /** Looks now and then whether anything moves. */
  private void watch() {
    RegistrySettings.Waits waits = house.settings().waits();
    long shorter = Math.min(waits.source().toNanos(), waits.client().toNanos());
    alarm.set(Math.max(1, shorter / 4), this::look);
  }

  private void look() {
    if (ended) {
      return;
    }
    Progress now = progress();
    if (moved(now)) {
      last = now;
      unchangedSince = System.nanoTime();
    } else if (System.nanoTime() - unchangedSince >= patience()) {
      giveUp();
      return;
    }
    watch();
  }

  /** A client that takes nothing is not excused by bytes that arrive here. */
  private boolean moved(Progress now) {
    boolean sending = now.position() != last.position() || now.transferred() != last.transferred();
    return sending || (region == null && now.received() != last.received());
  }

  private long patience() {
    RegistrySettings.Waits waits = house.settings().waits();
    return (region == null ? waits.source() : waits.client()).toNanos();
  }

  private void giveUp() {
    ended = true;
    if (region == null) {
      end.failed(new IllegalStateException("no byte arrived here for " + seconds(patience())));
    } else {
      end.gone("the client took no byte for " + seconds(patience()));
    }
  }

  private static String seconds(long nanos) {
    return TimeUnit.NANOSECONDS.toSeconds(nanos) + " s";
  }
}
