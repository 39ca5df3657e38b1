package dev.darner.peer;

import io.grpc.CallOptions;
import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.concurrent.atomic.AtomicLong;

/** What really came over the wire for one call. Written by the transport's thread, read by any. */
final class CallTrace extends ClientStreamTracer {
  private final AtomicLong bytes = new AtomicLong();
  private volatile boolean concluded;

  /** Options for the one call that this trace follows. */
  CallOptions options() {
    return CallOptions.DEFAULT
        .withMaxInboundMessageSize(GrpcWire.LONGEST_UPDATE)
        .withStreamTracerFactory(
            new Factory() {
              @Override
              public ClientStreamTracer newClientStreamTracer(StreamInfo info, Metadata headers) {
                return CallTrace.this;
              }
            });
  }

  /** Bytes of messages that came, in whole messages or not. */
  long bytes() {
    return bytes.get();
  }

  /**
   * What the end of the call means. A status that the peer did not send, but our own side made of
   * what happened, only ever means that the peer is of no use now.
   */
  PeerException refusal(String peer, Status status) {
    String reason =
        status.getDescription() == null ? status.getCode().name() : status.getDescription();
    String message = peer + ": " + reason;
    return switch (concluded ? status.getCode() : Status.Code.UNAVAILABLE) {
      case NOT_FOUND -> new PeerException.NotHolding(message);
      case RESOURCE_EXHAUSTED -> new PeerException.Busy(message);
      case UNAUTHENTICATED, PERMISSION_DENIED -> new PeerException.Denied(message);
      case DATA_LOSS -> new PeerException.Corrupt(message);
      default -> new PeerException.Unavailable(message, status.asException());
    };
  }

  @Override
  public void inboundWireSize(long count) {
    bytes.addAndGet(count);
  }

  @Override
  public void inboundTrailers(Metadata trailers) {
    concluded = true;
  }
}
