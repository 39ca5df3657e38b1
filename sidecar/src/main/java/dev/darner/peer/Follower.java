package dev.darner.peer;

import dev.darner.proto.PeerGrpc;
import dev.darner.proto.SyncRequest;
import dev.darner.proto.SyncUpdate;
import io.grpc.ClientCall;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.Status;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * One peer that is followed for one task. The transport's thread calls it and the listener, in
 * order; {@link #close} comes from any thread, {@link #fellSilent} from that of one timer.
 */
final class Follower extends ClientCall.Listener<SyncUpdate> implements PeerSync {
  private final Connection connection;
  private final SyncListener listener;
  private final Lanes lanes;
  private final Runnable onEnd;
  private final HoldingReader reader;
  private volatile boolean mayTakeLong;
  private final CallTrace trace = new CallTrace();
  private final ClientCall<SyncRequest, SyncUpdate> call;
  private volatile boolean closed;
  private volatile boolean ended;
  private boolean sealed;
  private PeerException nonsense;
  private long seen;

  /**
   * @param lanes told where the peer's pieces are
   * @param onEnd told once, when the call is over
   */
  Follower(Connection connection, SyncAsk ask, SyncListener listener, Lanes lanes, Runnable onEnd) {
    this.connection = connection;
    this.listener = listener;
    this.lanes = lanes;
    this.onEnd = onEnd;
    this.reader = new HoldingReader(ask.task());
    this.mayTakeLong = ask.fill().isPresent();
    this.call = connection.channel().newCall(PeerGrpc.getSyncMethod(), trace.options());
  }

  void start(SyncRequest request) {
    call.start(this, new Metadata());
    call.request(1);
    call.sendMessage(request);
    call.halfClose();
  }

  /**
   * Whether nothing came since this was asked before; then the call is ended. A peer that shall
   * fill, or said that it got the question, may take its time to the first update.
   */
  boolean fellSilent() {
    long now = trace.bytes();
    boolean silent = now == seen && (now > 0 || !mayTakeLong);
    seen = now;
    if (silent) {
      call.cancel("nothing came for the quiet limit", null);
    }
    return silent;
  }

  @Override
  public void onHeaders(Metadata headers) {
    mayTakeLong = true;
    if (!closed) {
      listener.reached();
    }
  }

  @Override
  public void onMessage(SyncUpdate update) {
    if (!closed && !sealed) {
      read(update).ifPresent(this::tell);
    }
  }

  private Optional<PeerHolding> read(SyncUpdate update) {
    try {
      PeerHolding holding = reader.read(update);
      lanes.learn(connection.peer(), new InetSocketAddress(reached(), HoldingReader.lane(update)));
      return Optional.of(holding);
    } catch (IllegalArgumentException e) {
      nonsense = new PeerException.Unavailable(connection.peer() + ": " + e.getMessage(), e);
      call.cancel("what came makes no sense", e);
      return Optional.empty();
    }
  }

  /** The address that the call reached: a name may stand for several hosts. */
  private InetAddress reached() {
    return ((InetSocketAddress) call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR))
        .getAddress();
  }

  private void tell(PeerHolding holding) {
    sealed = holding.sealed();
    listener.updated(holding);
    call.request(1);
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    ended = true;
    onEnd.run();
    if (!closed && !sealed) {
      listener.ended(nonsense == null ? reason(status) : nonsense);
    }
  }

  private PeerException reason(Status status) {
    Status end =
        status.isOk()
            ? Status.UNAVAILABLE.withDescription("it stopped telling before it was sealed")
            : connection.explain(status);
    return trace.refusal(connection.peer().toString(), end);
  }

  @Override
  public void close() {
    closed = true;
    if (!ended) {
      call.cancel("no longer followed", null);
    }
  }
}
