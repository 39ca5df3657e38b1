package dev.darner.task;

import dev.darner.model.ByteRange;
import dev.darner.model.PieceLayout;
import dev.darner.origin.OriginBody;
import dev.darner.origin.OriginException;
import dev.darner.store.Ingest;
import dev.darner.store.PieceWriter;
import dev.darner.store.StoreException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * One read of the origin, from its opening to the last piece of a gap: one request, however many
 * pieces. Runs on a thread of its own; told from the mailbox what to read, once the size is known.
 * Where it breaks off within a piece, the half-written piece is left to the next read.
 */
final class OriginReading implements Runnable {
  /** Bytes are not held back longer than this to be written together; peers watch them grow. */
  private static final Duration HOLD_BACK = Duration.ofMillis(500);

  /** Making the store ready takes milliseconds; what takes this long will never come. */
  private static final Duration GAP_LIMIT = Duration.ofMinutes(1);

  private final Surroundings surroundings;
  private final Attempt attempt;
  private final int ticket;
  private final Start start;
  private final CompletableFuture<Gap> gap = new CompletableFuture<>();
  private final CompletableFuture<Optional<Half>> ended = new CompletableFuture<>();
  private final Work work = new Work();
  private Optional<Half> half = Optional.empty();
  private OriginBody body;
  private long position;

  /**
   * Where a read starts.
   *
   * @param access the way into the origin
   * @param piece the piece
   * @param offset its first byte
   * @param before completes when the read before has ended
   */
  record Start(
      Askers.Access access, int piece, long offset, CompletableFuture<Optional<Half>> before) {}

  /**
   * A piece that a read did not finish.
   *
   * @param position the byte that comes next
   */
  record Half(PieceWriter writer, long position) {}

  /**
   * What to read.
   *
   * @param from first piece
   * @param until one past the last
   */
  record Gap(Ingest ingest, int from, int until) {}

  OriginReading(Surroundings surroundings, Attempt attempt, int ticket, Start start) {
    this.surroundings = surroundings;
    this.attempt = attempt;
    this.ticket = ticket;
    this.start = start;
  }

  /** Says what to read. */
  void read(Gap missing) {
    gap.complete(missing);
  }

  void stop() {
    work.stop();
  }

  /** Completes when it has ended, with the piece that it did not finish, to be closed or used. */
  CompletableFuture<Optional<Half>> ended() {
    return ended;
  }

  @Override
  public void run() {
    Optional<OriginException> failure = Optional.empty();
    try {
      takeOver();
      work.begin();
      read();
    } catch (OriginException e) {
      failure = Optional.of(e);
    } catch (InterruptedException e) {
      failure = Optional.of(new OriginException.Unavailable("the read was stopped", e));
    } catch (StoreException e) {
      attempt.storeFailed(e);
    } catch (Exception e) {
      surprised(e);
      failure = Optional.of(new OriginException.Unavailable("the read broke: " + e, e));
    } finally {
      work.end();
      ended.complete(half);
    }
    attempt.post(new Event.OriginEnded(ticket, failure));
  }

  private void surprised(Exception e) {
    if (!work.isStopped()) {
      attempt.surprised("the origin", e);
    }
  }

  /** Takes what the read before has left; it was stopped, or has ended, before this one began. */
  private void takeOver() throws InterruptedException {
    try {
      half = start.before().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("the end of a read never fails", e);
    }
    if (half.isPresent() && half.get().writer().piece() != start.piece()) {
      dropHalf();
    }
  }

  private void dropHalf() {
    half.ifPresent(left -> left.writer().close());
    half = Optional.empty();
  }

  private void read() throws Exception {
    long offset = half.map(Half::position).orElse(start.offset());
    try (OriginBody opened = open(offset)) {
      if (opened.offset() > offset) {
        throw new OriginException.Unavailable(
            "the origin gave byte %d on, not %d".formatted(opened.offset(), offset));
      }
      body = opened;
      position = opened.offset();
      attempt.post(new Event.OriginOpened(ticket, opened.size(), opened.mediaType()));
      receive(gap.get(GAP_LIMIT.toSeconds(), TimeUnit.SECONDS));
    }
  }

  /**
   * Only now, when bytes are at hand, is a buffer taken: those who wait for an origin have none.
   */
  private void receive(Gap missing) throws Exception {
    ByteBuffer buffer = surroundings.buffers().take();
    try {
      read(buffer, missing);
    } finally {
      surroundings.buffers().giveBack(buffer);
    }
  }

  /** Tries one way into the origin after the other, as long as there is one it has not refused. */
  private OriginBody open(long offset) throws Exception {
    Askers.Access access = start.access();
    while (true) {
      try {
        return surroundings.origin().open(access.ref(), offset, access.credential());
      } catch (OriginException e) {
        Optional<TaskException> refusal = Refusal.of(e);
        if (refusal.isEmpty()) {
          throw e;
        }
        access = attempt.refused(access, refusal.get()).get().orElseThrow(() -> e);
      }
    }
  }

  private void read(ByteBuffer buffer, Gap missing) throws Exception {
    PieceLayout layout = missing.ingest().content().layout();
    int piece = layout.pieceAt(position);
    while (piece < missing.until()) {
      ByteRange range = layout.range(piece);
      if (piece >= missing.from()) {
        claim(missing.ingest(), piece, range);
      }
      if (isHalf(piece)) {
        fill(buffer, range);
      } else {
        skip(buffer, range.end());
      }
      piece++;
    }
  }

  /** The piece is ours to write, unless it is here or somebody else writes it. */
  private void claim(Ingest ingest, int piece, ByteRange range) {
    if (half.isEmpty() && position == range.start()) {
      half = ingest.claim(piece).map(writer -> new Half(writer, range.start()));
    }
  }

  private boolean isHalf(int piece) {
    return half.filter(left -> left.writer().piece() == piece).isPresent();
  }

  private void skip(ByteBuffer buffer, long until) throws Exception {
    while (position < until) {
      receive(buffer.clear(), until);
    }
  }

  private void fill(ByteBuffer buffer, ByteRange range) throws Exception {
    PieceWriter writer = half.orElseThrow().writer();
    skip(buffer, half.orElseThrow().position());
    while (position < range.end()) {
      try {
        gather(buffer.clear(), range.end());
      } finally {
        write(writer, buffer.flip());
      }
    }
    half = Optional.empty();
    commit(writer, range.length());
  }

  private void commit(PieceWriter writer, long length) throws Exception {
    try (writer) {
      shield(() -> {
        writer.commit(OptionalInt.empty());
        return writer;
      });
      attempt.originLanded(ticket, writer.piece(), length);
    } catch (StoreException.Corrupt e) {
      attempt.originLanded(ticket, writer.piece(), length);
      throw e;
    }
  }

  private void write(PieceWriter writer, ByteBuffer bytes) throws Exception {
    if (bytes.hasRemaining()) {
      shield(() -> {
        writer.write(bytes);
        return writer;
      });
      half = Optional.of(new Half(writer, position));
    }
  }

  private void shield(Callable<PieceWriter> writing) throws Exception {
    work.shield(writing);
  }

  /** Reads until the buffer or the piece is full, or enough time has passed. */
  private void gather(ByteBuffer buffer, long until) throws Exception {
    Instant due = surroundings.clock().instant().plus(HOLD_BACK);
    do {
      receive(buffer, until);
    } while (buffer.hasRemaining()
        && position < until
        && surroundings.clock().instant().isBefore(due));
  }

  private void receive(ByteBuffer buffer, long until) throws Exception {
    buffer.limit((int) Math.min(buffer.capacity(), buffer.position() + until - position));
    int got = body.read(buffer);
    if (got < 0) {
      throw new OriginException.Unavailable("the origin ended at byte " + position);
    }
    position += got;
  }
}
