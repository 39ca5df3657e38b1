package dev.darner.seeding;

import dev.darner.model.ByteRange;
import dev.darner.model.TaskId;
import dev.darner.peer.BufferPool;
import dev.darner.peer.OutboundChunk;
import dev.darner.store.BlobStore;
import dev.darner.store.Content;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * One piece on its way to one peer. Run by a virtual thread of its own, which reads the disk only
 * when the receiver takes more; the transport's thread only wakes it.
 */
final class PieceFeed {
  /** A channel that another thread's interrupt closed is opened again; not for ever. */
  private static final int OPENINGS = 5;

  private final BlobStore store;
  private final BufferPool buffers;
  private final Duration receiverLimit;
  private final ServerCallStreamObserver<OutboundChunk> receiver;
  private final Severance.Cut cut = Severance.ofThisCall();
  private final Semaphore wakes = new Semaphore(0);

  /** Made on the thread that begins the call. */
  PieceFeed(
      BlobStore store,
      BufferPool buffers,
      Duration receiverLimit,
      ServerCallStreamObserver<OutboundChunk> receiver) {
    this.store = store;
    this.buffers = buffers;
    this.receiverLimit = receiverLimit;
    this.receiver = receiver;
    receiver.setOnReadyHandler(wakes::release);
    receiver.setOnCancelHandler(wakes::release);
  }

  /** Gives the piece, or says why not. */
  void run(TaskId task, int piece) {
    try {
      open(task, piece);
    } catch (IOException | UncheckedIOException e) {
      refuse(Refusal.unavailable("cannot read " + task, e));
    } catch (InterruptedException e) {
      refuse(Refusal.unavailable("this host is stopping", e));
    } catch (RejectedExecutionException e) {
      cut.because("this host is stopping");
    } catch (RuntimeException e) {
      refuse(Refusal.broken("giving " + task, e));
    }
  }

  private void open(TaskId task, int piece) throws IOException, InterruptedException {
    Optional<Content> held = store.open(task);
    if (held.isEmpty()) {
      refuse(Refusal.notHeld(task + " is not here"));
      return;
    }
    try (Content content = held.get()) {
      give(content, piece);
    }
  }

  private void give(Content content, int piece) throws IOException, InterruptedException {
    if (piece < 0 || piece >= content.layout().count()) {
      String has = content.task() + " has " + content.layout().count();
      refuse(Status.INVALID_ARGUMENT.withDescription("no piece " + piece + ": " + has));
      return;
    }
    OptionalInt sum = content.sum(piece);
    if (sum.isEmpty()) {
      refuse(Refusal.notHeld("piece " + piece + " of " + content.task() + " is not here"));
      return;
    }
    if (giveBytes(content, content.layout().range(piece))) {
      receiver.onNext(OutboundChunk.sum(sum.getAsInt()));
      receiver.onCompleted();
    }
  }

  /** Whether all of it was given. */
  private boolean giveBytes(Content content, ByteRange range)
      throws IOException, InterruptedException {
    long at = range.start();
    while (at < range.end()) {
      if (!awaitReceiver()) {
        return false;
      }
      try (BufferPool.Loan loan = buffers.take()) {
        ByteBuffer buffer = loan.buffer();
        buffer.limit((int) Math.min(buffer.capacity(), range.end() - at));
        read(content, buffer, at);
        at += buffer.flip().remaining();
        receiver.onNext(OutboundChunk.data(loan));
      }
    }
    return true;
  }

  /** Waits until the receiver takes more; false when it is gone, or was cut off. */
  private boolean awaitReceiver() throws InterruptedException {
    while (!receiver.isReady() && !receiver.isCancelled()) {
      if (!wakes.tryAcquire(receiverLimit.toMillis(), TimeUnit.MILLISECONDS)) {
        cut.because("the receiver took nothing for " + receiverLimit);
        return false;
      }
    }
    return !receiver.isCancelled();
  }

  private static void read(Content content, ByteBuffer into, long from) throws IOException {
    for (int opening = 1; into.hasRemaining(); ) {
      try {
        if (content.channel().read(into, from + into.position()) < 0) {
          throw new EOFException("the file of " + content.task() + " is too short");
        }
      } catch (ClosedChannelException e) {
        if (opening++ == OPENINGS) {
          throw e;
        }
      }
    }
  }

  private void refuse(Status status) {
    receiver.onError(status.asException());
  }
}
