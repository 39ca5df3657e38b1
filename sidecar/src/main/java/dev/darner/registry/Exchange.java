package dev.darner.registry;

import dev.darner.model.BlobRef;
import dev.darner.model.ByteRange;
import dev.darner.origin.AcceptedTypes;
import dev.darner.origin.Credential;
import dev.darner.origin.ManifestDescriptor;
import dev.darner.store.Content;
import dev.darner.task.Asker;
import dev.darner.task.BlobReader;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * One request and its answer. Runs on its connection's event loop; what other threads complete is
 * handed over to it.
 *
 * <p>Asked → (a tag: resolved) → opened, the size is known → the first byte is here → head sent,
 * body under way → over. Until the head is sent a failure is an error answer; from then on it ends
 * the connection. However it ends, the reader is closed once, when no region of it is under way.
 */
final class Exchange {
  private final ChannelHandlerContext ctx;
  private final House house;
  private final HttpRequest request;
  private final Alarm alarm;
  private final Connection connection;
  private final AccessLine line;
  private final boolean head;
  private boolean manifest;
  private boolean over;
  private CompletableFuture<BlobReader> opening;
  private BlobReader reader;
  private BodySender sender;
  private Runnable body;
  private long receivedBefore;

  /** What the connection does when its exchange has ended. */
  interface Connection {
    /** All of the answer has been handed to the socket. */
    void answered(boolean keepAlive);

    /** The answer cannot be finished. */
    void brokenOff();
  }

  /**
   * @param alarm of the connection, for this one's use until it ends
   */
  Exchange(
      ChannelHandlerContext ctx,
      House house,
      HttpRequest request,
      Alarm alarm,
      Connection connection) {
    this.ctx = ctx;
    this.house = house;
    this.request = request;
    this.alarm = alarm;
    this.connection = connection;
    this.line = new AccessLine(request.method().name(), request.uri());
    this.head = request.method().equals(HttpMethod.HEAD);
  }

  void begin() {
    house.counts().requested();
    try {
      RequestCheck.check(request);
      alarm.set(house.settings().waits().firstByte().toNanos(), this::late);
      answer(
          RegistryRequest.parse(
              request.method().name(), request.uri(), house.settings().defaultUpstream()));
    } catch (Refusal e) {
      refuse(e.error());
    }
  }

  /** The client has gone: nothing more is sent. */
  void abandon() {
    if (!over) {
      end();
      line.gone("the client left");
    }
  }

  private void answer(RegistryRequest wanted) {
    switch (wanted) {
      case RegistryRequest.Ping ping -> reply(Replies.pong());
      case RegistryRequest.Tagged tagged -> resolve(tagged);
      case RegistryRequest.Named named -> {
        manifest = named.manifest();
        open(named.ref(), Optional.empty());
      }
    }
  }

  private Credential credential() {
    return new Credential(
        Optional.ofNullable(request.headers().get(HttpHeaderNames.AUTHORIZATION)));
  }

  private void resolve(RegistryRequest.Tagged tagged) {
    manifest = true;
    AcceptedTypes accept = new AcceptedTypes(request.headers().getAll(HttpHeaderNames.ACCEPT));
    CompletableFuture<TagResolver.Resolved> resolving =
        house.tags().resolve(tagged.repository(), tagged.tag(), accept, credential());
    onLoop(resolving, resolved -> resolved(tagged, resolved), _ -> {});
  }

  private void resolved(RegistryRequest.Tagged tagged, TagResolver.Resolved resolved) {
    ManifestDescriptor found = resolved.manifest();
    Replies.About about =
        new Replies.About(
            Optional.of(found.digest().toString()),
            found.mediaType(),
            found.size(),
            resolved.stale());
    if (isKnownToClient(about)) {
      reply(Replies.notModified(about));
    } else if (head) {
      replyHead(Replies.whole(about));
    } else {
      open(BlobRef.manifest(tagged.repository(), found.digest()), Optional.of(about));
    }
  }

  private void open(BlobRef ref, Optional<Replies.About> resolved) {
    opening = house.blobs().open(ref, Asker.RUNTIME, credential());
    onLoop(opening, opened -> opened(ref, opened, resolved), BlobReader::close);
  }

  private void opened(BlobRef ref, BlobReader opened, Optional<Replies.About> resolved) {
    reader = opened;
    house.counts().reading(1);
    receivedBefore = opened.content().received();
    try {
      serve(about(ref, opened.content(), resolved));
    } catch (Refusal e) {
      refuse(e.error());
    }
  }

  private static Replies.About about(
      BlobRef ref, Content content, Optional<Replies.About> resolved) {
    Optional<String> digest = ref.task().digest().or(content::digest).map(Object::toString);
    return new Replies.About(
        digest,
        content.mediaType(),
        content.layout().size(),
        resolved.isPresent() && resolved.get().stale());
  }

  private void serve(Replies.About about) throws Refusal {
    if (isKnownToClient(about)) {
      reply(Replies.notModified(about));
      return;
    }
    Optional<ByteRange> part = head ? Optional.empty() : part(about);
    HttpResponse answer = part.isPresent() ? Replies.part(about, part.get()) : Replies.whole(about);
    ByteRange range = part.orElse(ByteRange.whole(about.size()));
    if (head || (range.isEmpty() && !manifest)) {
      replyHead(answer);
    } else if (manifest) {
      // Nothing of it leaves before all of it was looked at.
      reader.want(ByteRange.whole(about.size()));
      onLoop(house.manifests().check(reader.content()), _ -> send(answer, range), _ -> {});
    } else {
      reader.want(range);
      body = () -> send(answer, range);
      onLoop(house.readable(reader.content(), range.start()), _ -> body.run(), _ -> {});
    }
  }

  private Optional<ByteRange> part(Replies.About about) throws Refusal {
    String range = request.headers().get(HttpHeaderNames.RANGE);
    String condition = request.headers().get(HttpHeaderNames.IF_RANGE);
    boolean counts = condition == null || about.etag().equals(Optional.of(condition));
    return range != null && counts ? AskedRange.of(range, about.size()) : Optional.empty();
  }

  private boolean isKnownToClient(Replies.About about) {
    return RequestCheck.names(
        request.headers().getAll(HttpHeaderNames.IF_NONE_MATCH), about.etag());
  }

  private void send(HttpResponse answer, ByteRange range) {
    line.status(answer.status().code());
    HttpUtil.setKeepAlive(answer, keepAlive());
    var _ = ctx.write(answer);
    sender = new BodySender(ctx, reader.content(), range, house, alarm, new SenderEnd());
    sender.begin();
  }

  private final class SenderEnd implements BodySender.End {
    @Override
    public void whole() {
      end();
      var _ = ctx.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
      line.answered();
      connection.answered(keepAlive());
    }

    @Override
    public void failed(Throwable cause) {
      end();
      house.counts().brokeOff();
      line.brokenOff(cause);
      connection.brokenOff();
    }

    @Override
    public void gone(String why) {
      over = true;
      // First, so that no region of the reader is under way when it closes.
      var _ = ctx.close();
      end();
      line.gone(why);
    }
  }

  /**
   * The first byte is not here in time. Where some are on their way the head is sent at the last
   * moment, so that the client waits on.
   */
  private void late() {
    if (over || sender != null) {
      return;
    }
    if (body != null && reader.content().received() > receivedBefore) {
      guarded(body);
      ctx.flush();
    } else {
      long seconds = house.settings().waits().firstByte().toSeconds();
      refuse(ErrorAnswers.unavailable("nothing of it came within " + seconds + " s"));
    }
  }

  private void fail(Throwable failure) {
    line.because(failure);
    refuse(ErrorAnswers.of(failure, manifest));
  }

  private void refuse(OciError error) {
    if (error.status() >= 500) {
      house.counts().failed();
    }
    line.error(error);
    reply(Replies.error(error));
  }

  private void replyHead(HttpResponse answer) {
    end();
    line.status(answer.status().code());
    HttpUtil.setKeepAlive(answer, keepAlive());
    var _ = ctx.write(answer);
    var _ = ctx.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
    line.answered();
    connection.answered(keepAlive());
  }

  private void reply(FullHttpResponse answer) {
    end();
    line.status(answer.status().code());
    HttpUtil.setKeepAlive(answer, keepAlive());
    var _ = ctx.writeAndFlush(answer);
    line.answered();
    connection.answered(keepAlive());
  }

  private boolean keepAlive() {
    return HttpUtil.isKeepAlive(request)
        && !request.decoderResult().isFailure()
        && !RequestCheck.hasBody(request);
  }

  private void end() {
    over = true;
    alarm.clear();
    if (sender != null) {
      sender.stop();
    }
    if (opening != null) {
      opening.cancel(false);
    }
    if (reader != null) {
      reader.close();
      house.counts().reading(-1);
      reader = null;
    }
  }

  /**
   * Goes on here with what is or will be completed, by any thread, unless the head is out by then.
   *
   * @param unused takes back a value that comes too late
   */
  private <T> void onLoop(CompletableFuture<T> future, Consumer<T> then, Consumer<T> unused) {
    BiConsumer<T, Throwable> goOn =
        (value, failure) -> {
          if (over || sender != null) {
            Optional.ofNullable(value).ifPresent(unused);
          } else if (failure == null) {
            guarded(() -> then.accept(value));
          } else {
            fail(failure);
          }
        };
    if (future.isDone()) {
      var _ = future.whenComplete(goOn);
      return;
    }
    var _ =
        future.whenComplete((value, failure) -> {
          try {
            ctx.executor().execute(() -> goOn.accept(value, failure));
          } catch (RejectedExecutionException e) {
            // The door has closed.
            Optional.ofNullable(value).ifPresent(unused);
          }
        });
  }

  private void guarded(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException e) {
      if (!over && sender == null) {
        fail(e);
      }
    }
  }
}
