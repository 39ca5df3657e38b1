package dev.darner.functions;

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

  private static final class Refusing<Q> extends RefusingListener<Q> {
    private Refusing(ServerCall<Q, ?> call, ServerCall.Listener<Q> listener) {
      super(call, listener);
    }

    @Override
    public void onMessage(Q message) {
      try {
        super.onMessage(message);
      } catch (RuntimeException e) {
        refuse("it is no message of this method");
      }
    }

    /** Helidon cancels a call by itself when a message is larger than it may be. */
    @Override
    public void onCancel() {
      super.onCancel();
      if (!isRefused() && !call.isCancelled()) {
        refuse("it has more than %d bytes".formatted(Door.LARGEST_REQUEST));
      }
    }

    private void refuse(String reason) {
      LOG.log(Level.WARNING, "refused a request of {0}: {1}", method(), reason);
      refuse(Status.INVALID_ARGUMENT.withDescription(reason));
    }
  }
}
