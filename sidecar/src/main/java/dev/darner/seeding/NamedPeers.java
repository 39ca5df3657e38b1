package dev.darner.seeding;

import dev.darner.proto.SyncRequest;
import dev.darner.transport.Identity;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.Optional;
import javax.net.ssl.SSLSession;

/** Refuses a peer that asks in another name than that of its certificate, where names count. */
final class NamedPeers implements ServerInterceptor {
  private final Identity identity;

  NamedPeers(Identity identity) {
    this.identity = identity;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    return new Checking<>(call, next.startCall(call, headers));
  }

  /** Hears one call, on the transport's thread. */
  private final class Checking<Q> extends SimpleForwardingServerCallListener<Q> {
    private final ServerCall<Q, ?> call;
    private boolean refused;

    private Checking(ServerCall<Q, ?> call, ServerCall.Listener<Q> listener) {
      super(listener);
      this.call = call;
    }

    @Override
    public void onMessage(Q message) {
      String name = message instanceof SyncRequest request ? request.getHost() : "";
      SSLSession session = call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
      Optional<String> refusal = identity.refusal(session, name);
      if (refusal.isEmpty()) {
        super.onMessage(message);
      } else {
        refused = true;
        Status status = Status.FAILED_PRECONDITION.withDescription(refusal.get());
        call.close(status, new Metadata());
      }
    }

    @Override
    public void onHalfClose() {
      if (!refused) {
        super.onHalfClose();
      }
    }
  }
}
