package dev.darner.functions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.darner.model.HostAddress;
import io.grpc.CallOptions;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A real door in front of a service that takes its time. */
class BoundedCallsTest {
  private final CountDownLatch under = new CountDownLatch(Door.MOST_CALLS);
  private final CountDownLatch go = new CountDownLatch(1);
  private final Door door =
      Door.open(
          new HostAddress("127.0.0.1", 0),
          Optional.empty(),
          List.of(new Slow().bindService()),
          List.of());

  /** More than one connection may carry. */
  private final List<ManagedChannel> channels =
      Stream.generate(this::dial).limit(Door.MOST_CALLS / Door.MOST_STREAMS + 1).toList();

  /** Says that a call is under way, and answers when it may. */
  private final class Slow extends HealthGrpc.HealthImplBase {
    @Override
    public void check(HealthCheckRequest request, StreamObserver<HealthCheckResponse> observer) {
      under.countDown();
      Answers.answer(
          observer,
          () -> request,
          _ -> {
            go.await();
            return HealthCheckResponse.getDefaultInstance();
          });
    }
  }

  @AfterEach
  void close() {
    go.countDown();
    channels.forEach(ManagedChannel::shutdownNow);
    door.close();
  }

  private ManagedChannel dial() {
    return Grpc.newChannelBuilderForAddress(
            "127.0.0.1", door.port(), InsecureChannelCredentials.create())
        .build();
  }

  @Test
  void oneMoreThanMayBeIsRefusedAtOnceAndTheOthersAreAnswered() throws Exception {
    List<CompletableFuture<HealthCheckResponse>> answers =
        IntStream.range(0, Door.MOST_CALLS)
            .mapToObj(call -> begin(channels.get(call / Door.MOST_STREAMS)))
            .toList();
    under.await();
    StatusRuntimeException refused =
        assertThrows(StatusRuntimeException.class, () -> call(channels.getLast()));
    assertEquals(Status.Code.UNAVAILABLE, refused.getStatus().getCode());
    assertEquals(
        "512 calls are under way here; ask another replica, or again soon",
        refused.getStatus().getDescription());
    go.countDown();
    for (CompletableFuture<HealthCheckResponse> answer : answers) {
      assertEquals(HealthCheckResponse.getDefaultInstance(), answer.get());
    }
    assertEquals(HealthCheckResponse.getDefaultInstance(), call(channels.getLast()));
  }

  private static CompletableFuture<HealthCheckResponse> begin(ManagedChannel channel) {
    CompletableFuture<HealthCheckResponse> answer = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(() -> {
          try {
            answer.complete(call(channel));
          } catch (StatusRuntimeException e) {
            answer.completeExceptionally(e);
          }
        });
    return answer;
  }

  private static HealthCheckResponse call(ManagedChannel channel) {
    return ClientCalls.blockingUnaryCall(
        channel,
        HealthGrpc.getCheckMethod(),
        CallOptions.DEFAULT,
        HealthCheckRequest.getDefaultInstance());
  }
}
