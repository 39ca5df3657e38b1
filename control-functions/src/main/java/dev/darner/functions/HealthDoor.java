package dev.darner.functions;

import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc.HealthImplBase;
import io.grpc.stub.StreamObserver;
import java.util.function.BooleanSupplier;

/**
 * The health service that gRPC's own probes and balancers ask: as {@code /readyz}, in their
 * language. One answer for whatever service is named; nothing is streamed.
 */
final class HealthDoor extends HealthImplBase {
  private final BooleanSupplier ready;

  /**
   * @param ready whether calls find what they need
   */
  HealthDoor(BooleanSupplier ready) {
    this.ready = ready;
  }

  @Override
  public void check(HealthCheckRequest request, StreamObserver<HealthCheckResponse> observer) {
    ServingStatus status = ready.getAsBoolean() ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
    observer.onNext(HealthCheckResponse.newBuilder().setStatus(status).build());
    observer.onCompleted();
  }
}
