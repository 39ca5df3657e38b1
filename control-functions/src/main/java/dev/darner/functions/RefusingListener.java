package dev.darner.functions;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;

/**
 * Hears one unary call, and may refuse it before its service does anything. Its threads are those
 * of the call, one at a time.
 */
abstract class RefusingListener<Q> extends SimpleForwardingServerCallListener<Q> {
  final ServerCall<Q, ?> call;
  private volatile boolean refused;

  RefusingListener(ServerCall<Q, ?> call, ServerCall.Listener<Q> listener) {
    super(listener);
    this.call = call;
  }

  /** The service hears no more than it has. */
  final void refuse(Status status) {
    refused = true;
    call.close(status, new Metadata());
  }

  final boolean isRefused() {
    return refused;
  }

  final String method() {
    return call.getMethodDescriptor().getFullMethodName();
  }

  @Override
  public void onHalfClose() {
    if (!refused) {
      super.onHalfClose();
    }
  }
}
