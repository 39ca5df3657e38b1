package dev.darner.peer;

import com.google.protobuf.ByteString;
import dev.darner.model.ByteRange;
import dev.darner.model.HostAddress;
import dev.darner.model.PieceLayout;
import dev.darner.model.PieceSet;
import dev.darner.model.TaskId;
import dev.darner.proto.SyncRequest;
import dev.darner.proto.SyncUpdate;
import io.grpc.stub.ServerCallStreamObserver;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;

/**
 * A peer over the real wire that says it has the whole of a content, and is no good. It writes down
 * what it is asked. Safe for use by many threads.
 */
public final class BadPeer implements AutoCloseable {
  /** What it is like. */
  public enum Manner {
    /** One byte of one piece is another, and the sum is that of what it sends. */
    FLIPPING,
    /** As {@link #FLIPPING}, but it does not say that it has verified the whole. */
    PASSING_ON,
    /** A byte of each piece is another, under the sum of the right one. */
    GARBLING,
    /** Every byte is another, under the right sums of that. */
    FORGING,
    /** Says that the content is longer. */
    LENGTHENING,
    /** Says that the content is shorter. */
    SHORTENING,
    /** Sends 64 KB of a piece, and then nothing. */
    STALLING,
    /** Sends nothing for a while after each 64 KB of a piece. */
    PAUSING,
    /** Sends a few bytes of a piece again and again. */
    DRIPPING,
    /** Takes the question for a piece, and answers nothing. */
    WITHHOLDING,
    /** Takes the question what it has, and answers nothing. */
    SILENT,
    /** Takes connections, and does not speak the protocol. */
    DEAF
  }

  /** The piece that {@link Manner#FLIPPING} has wrong. */
  public static final int WRONG_PIECE = 2;

  private static final int RUN = 64 * 1024;
  private static final long PAUSE_MILLIS = 2_500;
  private static final int DROP = 100;
  private static final long DROP_MILLIS = 50;

  /** «sync» or the number of a piece, in the order in which it was asked. */
  public final Queue<String> asked = new ConcurrentLinkedQueue<>();

  private final CountDownLatch closed = new CountDownLatch(1);
  private final Manner manner;
  private final TaskId task;
  private final byte[] right;
  private final byte[] bytes;
  private final ServerSocket deaf;
  private final ScriptedPeer peer;
  private final ScriptedLane lane;

  /**
   * @param right the bytes of the task
   */
  public BadPeer(Manner manner, TaskId task, byte[] right) throws IOException {
    this.manner = manner;
    this.task = task;
    this.right = right;
    this.bytes = own(manner, right);
    this.lane = new ScriptedLane(this::give);
    this.peer = ScriptedPeer.telling(lane, this::tell);
    this.deaf = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.startVirtualThread(this::takeConnections);
  }

  private static byte[] own(Manner manner, byte[] right) {
    byte[] own =
        switch (manner) {
          case LENGTHENING -> Arrays.copyOf(right, right.length * 2);
          case SHORTENING -> Arrays.copyOf(right, right.length / 2);
          default -> right.clone();
        };
    if (manner == Manner.FLIPPING || manner == Manner.PASSING_ON) {
      own[(int) PieceLayout.of(own.length).range(WRONG_PIECE).start() + 17] ^= 1;
    } else if (manner == Manner.FORGING) {
      for (int at = 0; at < own.length; at++) {
        own[at] ^= 1;
      }
    }
    return own;
  }

  public HostAddress address() {
    return manner == Manner.DEAF
        ? new HostAddress("127.0.0.1", deaf.getLocalPort())
        : peer.address();
  }

  /** How often it was asked for this, by the words of {@link #asked}. */
  public long asked(String what) {
    return asked.stream().filter(what::equals).count();
  }

  /** What it was asked for more than once. */
  public List<String> askedTwice() {
    return asked.stream().filter(what -> asked(what) > 1).distinct().toList();
  }

  private void takeConnections() {
    try {
      while (true) {
        Socket ignored = deaf.accept();
        asked.add("sync");
        Thread.startVirtualThread(() -> hold(ignored));
      }
    } catch (IOException e) {
      closed.countDown();
    }
  }

  private void hold(Socket connection) {
    try (connection) {
      closed.await();
    } catch (IOException | InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void tell(SyncRequest request, ServerCallStreamObserver<SyncUpdate> receiver) {
    if (!request.getTask().equals(task.text())) {
      throw new IllegalStateException("asked for another task: " + request.getTask());
    }
    asked.add("sync");
    if (manner != Manner.SILENT) {
      receiver.onNext(update().build());
    }
    if (manner != Manner.SILENT && manner != Manner.PASSING_ON) {
      receiver.onCompleted();
    }
  }

  private SyncUpdate.Builder update() {
    SyncUpdate.Builder update =
        SyncUpdate.newBuilder()
            .setSize(bytes.length)
            .setMediaType("application/octet-stream")
            .setPieces(ByteString.copyFrom(PieceSet.full(layout().count()).toBytes()))
            .setReceived(bytes.length)
            .setBulkPort(lane.port());
    if (manner != Manner.PASSING_ON) {
      update.setSealed(true).setDigest(task.text());
      IntStream.range(0, layout().count())
          .forEach(piece -> update.addSums(sum(piece(bytes, piece))));
    }
    return update;
  }

  private PieceLayout layout() {
    return PieceLayout.of(bytes.length);
  }

  private void give(LaneWire.Ask ask, OutputStream out) throws IOException, InterruptedException {
    asked.add(Integer.toString(ask.piece()));
    byte[] piece = piece(bytes, ask.piece());
    switch (manner) {
      case STALLING -> {
        out.write(ScriptedLane.head(piece.length, sum(piece)));
        out.write(piece, 0, RUN);
        closed.await();
      }
      case PAUSING -> giveInDrops(piece, out, RUN, PAUSE_MILLIS);
      case DRIPPING -> giveInDrops(piece, out, DROP, DROP_MILLIS);
      case WITHHOLDING -> closed.await();
      case GARBLING -> {
        int sum = sum(piece(right, ask.piece()));
        piece[piece.length / 2] ^= 1;
        ScriptedLane.give(out, piece, sum);
      }
      default -> ScriptedLane.give(out, piece, sum(piece));
    }
  }

  private void giveInDrops(byte[] piece, OutputStream out, int drop, long pauseMillis)
      throws IOException, InterruptedException {
    out.write(ScriptedLane.head(piece.length, sum(piece)));
    for (int at = 0; at < piece.length; at += drop) {
      out.write(piece, at, Math.min(drop, piece.length - at));
      out.flush();
      if (closed.await(pauseMillis, TimeUnit.MILLISECONDS)) {
        return;
      }
    }
  }

  private static byte[] piece(byte[] from, int number) {
    ByteRange range = PieceLayout.of(from.length).range(number);
    return Arrays.copyOfRange(from, (int) range.start(), (int) range.end());
  }

  private static int sum(byte[] piece) {
    CRC32C sum = new CRC32C();
    sum.update(piece);
    return (int) sum.getValue();
  }

  @Override
  public void close() throws IOException {
    closed.countDown();
    deaf.close();
    peer.close();
  }
}
