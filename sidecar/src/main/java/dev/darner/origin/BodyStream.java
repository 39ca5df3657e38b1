package dev.darner.origin;

import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A response body on its way from the HTTP client's threads, which put bytes in, to the one thread
 * that reads. Little is ever held: the client is asked for one batch at a time, and only when none
 * waits here. (A batch is up to 48 KiB; the client itself holds as much again, and reads it while
 * this one is read.) Any thread may close it, which ends a wait and the connection.
 */
final class BodyStream implements BodySubscriber<BodyStream>, AutoCloseable {
  private static final int SMALLEST_BUFFER = 16 << 10;

  /**
   * A body that nobody wants is read to its end when it is this short, so that the connection
   * lives.
   */
  private static final int WORTH_DRAINING = 16 << 10;

  private final String source;
  private final Duration stall;
  private final Runnable whenClosed;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<ByteBuffer> waiting = new ArrayDeque<>();
  private long held;
  private boolean asked;
  private boolean ended;
  private boolean closed;
  private Throwable failure;
  private Subscription subscription;

  /**
   * @param source who sends, for messages
   * @param stall longest wait of one read
   * @param whenClosed is run once, when this is closed
   */
  BodyStream(String source, Duration stall, Runnable whenClosed) {
    this.source = source;
    this.stall = stall;
    this.whenClosed = whenClosed;
  }

  @Override
  public CompletionStage<BodyStream> getBody() {
    return CompletableFuture.completedStage(this);
  }

  @Override
  public void onSubscribe(Subscription given) {
    boolean wanted;
    lock.lock();
    try {
      wanted = !closed && subscription == null;
      if (wanted) {
        subscription = given;
        asked = true;
      }
    } finally {
      lock.unlock();
    }
    if (wanted) {
      given.request(1);
    } else {
      given.cancel();
    }
  }

  @Override
  public void onNext(List<ByteBuffer> batch) {
    update(() -> {
      batch.stream().filter(ByteBuffer::hasRemaining).forEach(this::hold);
      asked = false;
    });
  }

  private void hold(ByteBuffer bytes) {
    if (!closed) {
      waiting.add(bytes);
      held += bytes.remaining();
    }
  }

  @Override
  public void onError(Throwable cause) {
    update(() -> failure = cause);
  }

  @Override
  public void onComplete() {
    update(() -> ended = true);
  }

  /** Changes the state, wakes the reader, and asks for more where there is room. */
  private void update(Runnable change) {
    boolean more;
    lock.lock();
    try {
      change.run();
      changed.signalAll();
      more = !asked && !ended && !closed && failure == null && held == 0;
      asked |= more;
    } finally {
      lock.unlock();
    }
    if (more) {
      subscription.request(1);
    }
  }

  /**
   * Moves bytes into {@code target}, waiting for at least one.
   *
   * @return how many, or -1 after the last
   * @throws OriginException.Unavailable when the sender breaks off or is silent for the stall
   *     limit, or this is closed
   */
  int read(ByteBuffer target) throws OriginException, InterruptedException {
    lock.lockInterruptibly();
    try {
      awaitSomething();
      if (held == 0) {
        return -1;
      }
    } finally {
      lock.unlock();
    }
    int before = target.position();
    update(() -> moveTo(target));
    return target.position() - before;
  }

  private void awaitSomething() throws OriginException, InterruptedException {
    long left = stall.toNanos();
    while (held == 0 && !ended) {
      if (closed) {
        throw new OriginException.Unavailable("the read from " + source + " was ended");
      }
      if (failure != null) {
        throw new OriginException.Unavailable(
            source + " broke off: " + Dialer.reason(failure), failure);
      }
      if (left <= 0) {
        throw new OriginException.Unavailable(
            source + " sent nothing for " + stall.toMillis() + " ms");
      }
      left = changed.awaitNanos(left);
    }
  }

  private void moveTo(ByteBuffer target) {
    while (target.hasRemaining() && !waiting.isEmpty()) {
      ByteBuffer first = waiting.peek();
      int count = Math.min(first.remaining(), target.remaining());
      target.put(first.slice(first.position(), count));
      first.position(first.position() + count);
      held -= count;
      if (!first.hasRemaining()) {
        waiting.remove();
      }
    }
  }

  /**
   * Reads all that is left.
   *
   * @throws OriginException.Unavailable as {@link #read} does, or when there are more than {@code
   *     limit} bytes
   */
  byte[] readAll(int limit) throws OriginException, InterruptedException {
    ByteBuffer all = ByteBuffer.allocate(SMALLEST_BUFFER);
    while (read(all) >= 0) {
      if (all.position() > limit) {
        throw new OriginException.Unavailable(source + " sent more than " + limit + " bytes");
      }
      if (!all.hasRemaining()) {
        all = ByteBuffer.allocate(all.capacity() * 2).put(all.flip());
      }
    }
    return Arrays.copyOf(all.array(), all.position());
  }

  /** Closes it; a short rest is read first, so that the connection can be used again. */
  void discard() throws InterruptedException {
    try {
      readAll(WORTH_DRAINING);
    } catch (OriginException e) {
      // Nobody wanted these bytes: the connection ends with them.
    } finally {
      close();
    }
  }

  @Override
  public void close() {
    Subscription toCancel;
    lock.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      waiting.clear();
      held = 0;
      changed.signalAll();
      toCancel = ended || failure != null ? null : subscription;
    } finally {
      lock.unlock();
    }
    if (toCancel != null) {
      toCancel.cancel();
    }
    whenClosed.run();
  }
}
