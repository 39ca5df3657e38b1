package dev.darner.seeding;

import com.google.protobuf.ByteString;
import dev.darner.model.Digest;
import dev.darner.model.Giver;
import dev.darner.model.PieceSet;
import dev.darner.model.PieceSums;
import dev.darner.model.Topology;
import dev.darner.proto.SyncUpdate;
import dev.darner.store.Content;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

/**
 * What one peer hears of one task. Woken by any thread at any change; what it then tells is how
 * things stand at that time, so that a slow receiver misses steps and never the last.
 *
 * <pre>
 * waiting  → telling   the size is known
 * telling  → over      told that it is sealed; it failed; the receiver left
 * waiting  → over      it is not here and will not be; the receiver left
 * </pre>
 */
final class HoldingFeed {
  private final ServerCallStreamObserver<SyncUpdate> receiver;
  private final Executor threads;
  private final Lane lane;
  private final Optional<Giver> from;
  private volatile Followers.Place place = Followers.Place.ALONE;
  private final AtomicBoolean woken = new AtomicBoolean();
  private Runnable onOver = () -> {};
  private Content content;
  private boolean over;

  /**
   * Where pieces are given.
   *
   * @param port of the bulk lane
   * @param topology where this host stands
   */
  record Lane(int port, Topology topology) {}

  /**
   * @param lane where pieces are
   * @param from the receiver, if it gives what it gets
   */
  HoldingFeed(
      ServerCallStreamObserver<SyncUpdate> receiver,
      Executor threads,
      Lane lane,
      Optional<Giver> from) {
    this.receiver = receiver;
    this.threads = threads;
    this.lane = lane;
    this.from = from;
    receiver.setOnReadyHandler(this::wake);
    receiver.setOnCancelHandler(() -> threads.execute(this::leave));
  }

  /** The receiver, if it gives what it gets. */
  Optional<Giver> from() {
    return from;
  }

  /** The receiver's place among those who follow the task; told with the next change. */
  void place(Followers.Place next) {
    place = next;
  }

  /** Has {@code action} run when this is over; at once if it is already. */
  synchronized void onOver(Runnable action) {
    onOver = action;
    if (over) {
      action.run();
    }
  }

  /** Takes over a content, to tell of it. */
  synchronized void begin(Content arriving) {
    if (over) {
      arriving.close();
      return;
    }
    content = arriving;
    long last = Math.max(0, arriving.layout().size() - 1);
    var _ = arriving.readable(last).whenComplete((_, failure) -> settled(failure));
    wake();
  }

  /** The last byte is readable, or never will be. */
  private void settled(Throwable failure) {
    if (failure == null) {
      wake();
    } else {
      threads.execute(() -> end(Refusal.of(failure)));
    }
  }

  /** Returns at once. */
  void wake() {
    if (woken.compareAndSet(false, true)) {
      threads.execute(this::tell);
    }
  }

  private void tell() {
    try {
      tellNow();
    } catch (RejectedExecutionException e) {
      leave(); // the server is stopping
    } catch (RuntimeException e) {
      end(Refusal.broken("telling what is here", e));
    }
  }

  private synchronized void tellNow() {
    woken.set(false);
    if (over || content == null || !receiver.isReady()) {
      return;
    }
    boolean sealed = content.sealed();
    receiver.onNext(update(sealed));
    if (sealed) {
      end(Status.OK);
    }
  }

  private SyncUpdate update(boolean sealed) {
    int count = content.layout().count();
    PieceSet pieces = sealed ? PieceSet.full(count) : content.pieces();
    Followers.Place now = place;
    return SyncUpdate.newBuilder()
        .addAllSums(sealed && count <= PieceSums.MOST ? sums(count) : List.of())
        .setSize(content.layout().size())
        .setMediaType(content.mediaType())
        .setSealed(sealed)
        .setPieces(ByteString.copyFrom(pieces.toBytes()))
        .setReceived(sealed ? content.layout().size() : content.received())
        .setBulkPort(lane.port())
        .setZone(lane.topology().zone())
        .setRegion(lane.topology().region())
        .setDigest(content.digest().filter(_ -> sealed).map(Digest::toString).orElse(""))
        .setShareIndex(now.index())
        .setShareCount(now.count())
        .addAllOthers(now.others())
        .build();
  }

  private List<Integer> sums(int count) {
    return IntStream.range(0, count).mapToObj(content::sum).map(OptionalInt::orElseThrow).toList();
  }

  /** Ends it with {@code status}, unless it is over. */
  synchronized void end(Status status) {
    if (over) {
      return;
    }
    leave();
    if (status.isOk()) {
      receiver.onCompleted();
    } else {
      receiver.onError(status.asException());
    }
  }

  private synchronized void leave() {
    if (!over) {
      over = true;
      onOver.run();
      if (content != null) {
        content.close();
      }
    }
  }
}
