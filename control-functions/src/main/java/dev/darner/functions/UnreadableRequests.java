package dev.darner.functions;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/**
 * Refuses requests that are too large, or no message at all. Helidon cancels such a call without a
 * word, and logs each further frame of it with a stack trace: its client would wait for its
 * deadline, and could fill the log.
 */
final class UnreadableRequests implements ServerInterceptor {
  private static final Logger LOG = System.getLogger(UnreadableRequests.class.getName());

  /** Held, because a logger that nobody holds forgets its level. */
  private static final java.util.logging.Logger HELIDON =
      java.util.logging.Logger.getLogger("io.helidon.webserver.grpc.GrpcProtocolHandler");

  UnreadableRequests() {
    HELIDON.setLevel(java.util.logging.Level.OFF);
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
      @Override
      public void onCancel() {
        super.onCancel();
        if (!call.isCancelled()) {
          refuse(call);
        }
      }
    };
  }

  private static void refuse(ServerCall<?, ?> call) {
    String reason =
        "no message of this method, or more than %d bytes".formatted(Door.LARGEST_REQUEST);
    LOG.log(Level.WARNING, "{0}: {1}", call.getMethodDescriptor().getFullMethodName(), reason);
    call.close(Status.INVALID_ARGUMENT.withDescription(reason), new Metadata());
  }
}
