package dev.darner.seeding;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;

/**
 * Sends the headers of an answer as soon as a call comes, from the transport's own thread: who asks
 * knows then that this host lives, however long the answer itself takes on a busy machine.
 */
final class PromptHeaders implements ServerInterceptor {

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    call.sendHeaders(new Metadata());
    return next.startCall(new HeadersSent<>(call), headers);
  }

  /** A call whose headers are sent once only. */
  private static final class HeadersSent<Q, R> extends SimpleForwardingServerCall<Q, R> {
    HeadersSent(ServerCall<Q, R> call) {
      super(call);
    }

    @Override
    public void sendHeaders(Metadata headers) {}
  }
}
