package dev.darner.functions;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/**
 * Refuses requests that are too large, or no message at all. Helidon 4.5.0 gives such a call up
 * without a word: its client waits for its deadline, a thread waits as long as the connection
 * lives, and each further frame is logged with a stack trace.
 */
final class UnreadableRequests implements ServerInterceptor {
  private static final Logger LOG = System.getLogger(UnreadableRequests.class.getName());

  /** Held, because a logger that nobody holds forgets its level. */
  private static final java.util.logging.Logger HELIDON =
      java.util.logging.Logger.getLogger("io.helidon.webserver.grpc.GrpcProtocolHandler");

  private UnreadableRequests() {
    HELIDON.setLevel(java.util.logging.Level.OFF);
  }

  /** A service whose requests are read behind this interceptor, not before it by Helidon. */
  static ServerServiceDefinition refusedAt(ServerServiceDefinition service) {
    return ServerInterceptors.intercept(
        ServerInterceptors.useInputStreamMessages(service), new UnreadableRequests());
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    return new Refusing<>(call, next.startCall(call, headers));
  }

  /** Hears one call; its threads are those of the call, one at a time. */
  private static final class Refusing<Q> extends SimpleForwardingServerCallListener<Q> {
    private final ServerCall<Q, ?> call;
    private volatile boolean refused;

    private Refusing(ServerCall<Q, ?> call, ServerCall.Listener<Q> listener) {
      super(listener);
      this.call = call;
    }

    @Override
    public void onMessage(Q message) {
      try {
        super.onMessage(message);
      } catch (RuntimeException e) {
        refuse("it is no message of this method");
      }
    }

    @Override
    public void onHalfClose() {
      if (!refused) {
        super.onHalfClose();
      }
    }

    /** Helidon cancels a call by itself when a message is larger than it may be. */
    @Override
    public void onCancel() {
      super.onCancel();
      if (!refused && !call.isCancelled()) {
        refuse("it has more than %d bytes".formatted(Door.LARGEST_REQUEST));
      }
    }

    private void refuse(String reason) {
      refused = true;
      String method = call.getMethodDescriptor().getFullMethodName();
      LOG.log(Level.WARNING, "refused a request of {0}: {1}", method, reason);
      call.close(Status.INVALID_ARGUMENT.withDescription(reason), new Metadata());
    }
  }
}
