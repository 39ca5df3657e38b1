package dev.darner.seeding;

import dev.darner.model.TaskId;
import dev.darner.proto.PeerGrpc;
import dev.darner.proto.SyncRequest;
import dev.darner.proto.SyncUpdate;
import dev.darner.store.BlobStore;
import dev.darner.store.Content;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * The giving side of the contract between two sidecars. Called by the transport's threads, which it
 * never keeps: what touches the disk runs on {@code threads}.
 */
final class PeerService {
  private final HoldingFeed.Lane lane;
  private final BlobStore store;
  private final FillOnDemand fill;
  private final Followers followers;
  private final Executor threads;

  /**
   * @param lane where pieces are
   */
  PeerService(
      HoldingFeed.Lane lane,
      BlobStore store,
      FillOnDemand fill,
      Followers followers,
      Executor threads) {
    this.lane = lane;
    this.store = store;
    this.fill = fill;
    this.followers = followers;
    this.threads = threads;
  }

  ServerServiceDefinition definition() {
    return ServerServiceDefinition.builder(PeerGrpc.SERVICE_NAME)
        .addMethod(PeerGrpc.getSyncMethod(), ServerCalls.asyncServerStreamingCall(this::sync))
        .build();
  }

  private void sync(SyncRequest request, StreamObserver<SyncUpdate> receiver) {
    HoldingFeed feed =
        new HoldingFeed(
            (ServerCallStreamObserver<SyncUpdate>) receiver, threads, lane, Requests.from(request));
    try {
      TaskId task = Requests.task(request.getTask());
      Optional<Supplier<CompletableFuture<Content>>> wanted =
          Requests.fill(request)
              .map(ref -> () -> request.getOrdered() ? fill.fillForOrder(ref) : fill.fill(ref));
      if (followers.add(task, feed)) {
        feed.onOver(() -> followers.remove(task, feed));
        threads.execute(() -> begin(task, wanted, feed));
      } else {
        feed.end(Refusal.busy("too many follow what is here"));
      }
    } catch (IllegalArgumentException e) {
      feed.end(Refusal.senseless(e));
    }
  }

  /**
   * @param wanted has it filled, if that is asked for
   */
  private void begin(
      TaskId task, Optional<Supplier<CompletableFuture<Content>>> wanted, HoldingFeed feed) {
    try {
      open(task, wanted, feed);
    } catch (RuntimeException e) {
      feed.end(Refusal.broken("opening " + task, e));
    }
  }

  private void open(
      TaskId task, Optional<Supplier<CompletableFuture<Content>>> wanted, HoldingFeed feed) {
    Optional<Content> held = store.open(task);
    boolean told = held.filter(wanted.isEmpty() ? PeerService::grows : Content::sealed).isPresent();
    if (told) {
      feed.begin(held.get());
      return;
    }
    held.ifPresent(Content::close);
    wanted.ifPresentOrElse(
        filling -> fill(filling, feed), () -> feed.end(Refusal.notHeld(task + " is not here")));
  }

  /**
   * What nobody fills now is not told of: it is for one who asks to fill that it is gone on with.
   */
  private static boolean grows(Content content) {
    long last = Math.max(0, content.layout().size() - 1);
    return content.sealed() || !content.readable(last).isCompletedExceptionally();
  }

  private void fill(Supplier<CompletableFuture<Content>> filling, HoldingFeed feed) {
    var _ =
        filling
            .get()
            .whenComplete((content, failure) -> {
              if (failure == null) {
                threads.execute(() -> feed.begin(content));
              } else {
                feed.end(Refusal.of(failure));
              }
            });
  }
}
