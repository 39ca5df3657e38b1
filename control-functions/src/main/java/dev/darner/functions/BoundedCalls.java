package dev.darner.functions;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import java.util.concurrent.Semaphore;

/**
 * Refuses unary calls of a service while too many of it are under way: some 25 kB are kept for
 * each, and callers who wait that long have gone. UNAVAILABLE sends a sidecar to the next replica.
 * Safe for use by many threads.
 */
final class BoundedCalls implements ServerInterceptor {
  private final int most;
  private final Semaphore places;

  private BoundedCalls(int most) {
    this.most = most;
    this.places = new Semaphore(most);
  }

  /** A service of which at most {@code most} calls are answered at once. */
  static ServerServiceDefinition of(ServerServiceDefinition service, int most) {
    return ServerInterceptors.intercept(service, new BoundedCalls(most));
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
      @Override
      public void onHalfClose() {
        // The whole of a unary call is done in here.
        if (!places.tryAcquire()) {
          call.close(Status.UNAVAILABLE.withDescription(refusal()), new Metadata());
          return;
        }
        try {
          super.onHalfClose();
        } finally {
          places.release();
        }
      }
    };
  }

  private String refusal() {
    return "%d calls are under way here; ask another replica, or again soon".formatted(most);
  }
}
