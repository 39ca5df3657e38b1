package dev.darner.peer;

import dev.darner.proto.FetchRequest;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * One piece on its way here. The transport's thread puts messages down, at most {@value #AHEAD}
 * ahead; the thread that fetches takes them up and asks for the next, so that a slow disk slows the
 * sender.
 */
final class PieceTransfer extends ClientCall.Listener<InboundChunk> {
  static final int LARGEST_MESSAGE = 1 << 20;
  private static final int AHEAD = 2;

  /** The stall limit is watched in steps of this part of it. */
  private static final int LOOKS = 4;

  private final Connection connection;
  private final BufferPool buffers;
  private final CallTrace trace = new CallTrace();
  private final ClientCall<FetchRequest, InboundChunk> call;
  private final BlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();
  private volatile boolean abandoned;
  private volatile boolean ended;
  private boolean stalled;

  private sealed interface Arrival {
    record Message(InboundChunk chunk) implements Arrival {}

    record End(Status status) implements Arrival {}
  }

  PieceTransfer(Connection connection, BufferPool buffers) {
    this.connection = connection;
    this.buffers = buffers;
    this.call = connection.channel().newCall(ChunkWire.asking(), trace.options(LARGEST_MESSAGE));
  }

  /**
   * Runs the transfer to its end.
   *
   * @return the sum that the peer gave
   */
  int run(FetchRequest request, Duration stallLimit, PieceSink sink)
      throws PeerException, SinkException, InterruptedException {
    try {
      call.start(this, new Metadata());
      call.sendMessage(request);
      call.halfClose();
      call.request(AHEAD);
      return receive(stallLimit, sink);
    } finally {
      abandon();
    }
  }

  /** It ended because the peer fell silent. */
  boolean stalled() {
    return stalled;
  }

  private int receive(Duration stallLimit, PieceSink sink)
      throws PeerException, SinkException, InterruptedException {
    OptionalInt sum = OptionalInt.empty();
    Arrival arrival = next(stallLimit);
    while (arrival instanceof Arrival.Message(InboundChunk chunk)) {
      if (sum.isPresent()) {
        discard(chunk);
        throw useless("it sent a chunk after the last", null);
      }
      sum = take(chunk, sink);
      arrival = next(stallLimit);
    }
    requireGoodEnd((Arrival.End) arrival);
    return sum.orElseThrow(() -> useless("it ended the piece without its sum", null));
  }

  private void requireGoodEnd(Arrival.End end) throws PeerException {
    if (!end.status().isOk()) {
      throw trace.refusal(peer(), connection.explain(end.status()));
    }
  }

  private Arrival next(Duration stallLimit) throws PeerException, InterruptedException {
    long step = Math.max(1, stallLimit.toMillis() / LOOKS);
    long seen = trace.bytes();
    for (int quiet = 0; quiet <= LOOKS; quiet++) {
      Arrival arrival = arrivals.poll(step, TimeUnit.MILLISECONDS);
      if (arrival != null) {
        return arrival;
      }
      if (trace.bytes() != seen) {
        seen = trace.bytes();
        quiet = 0;
      }
    }
    stalled = true;
    throw useless("nothing came for " + stallLimit, null);
  }

  private OptionalInt take(InboundChunk chunk, PieceSink sink)
      throws PeerException, SinkException, InterruptedException {
    try (chunk;
        BufferPool.Loan loan = buffers.take()) {
      OptionalInt sum = chunk.drain(loan.buffer(), sink);
      call.request(1);
      return sum;
    } catch (IOException e) {
      throw useless(e.getMessage(), e);
    }
  }

  private PeerException useless(String what, Exception cause) {
    return new PeerException.Unavailable(peer() + ": " + what, cause);
  }

  private String peer() {
    return connection.peer().toString();
  }

  /** Ends the call if it has not ended, and frees what came and nobody will take. */
  private void abandon() {
    abandoned = true;
    if (!ended) {
      call.cancel("the receiver is done with it", null);
    }
    discardArrivals();
  }

  @Override
  public void onMessage(InboundChunk chunk) {
    arrivals.add(new Arrival.Message(chunk));
    if (abandoned) {
      discardArrivals();
    }
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    ended = true;
    arrivals.add(new Arrival.End(status));
  }

  private void discardArrivals() {
    for (Arrival left = arrivals.poll(); left != null; left = arrivals.poll()) {
      if (left instanceof Arrival.Message(InboundChunk chunk)) {
        discard(chunk);
      }
    }
  }

  private static void discard(InboundChunk chunk) {
    try {
      chunk.close();
    } catch (IOException e) {
      throw new UncheckedIOException("buffers of the transport, which do not fail", e);
    }
  }
}
