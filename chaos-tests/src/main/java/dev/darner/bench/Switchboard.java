package dev.darner.bench;

import dev.darner.model.HostAddress;
import io.grpc.CallOptions;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Unary calls to replicas of the functions, over few connections that many hosts share. Any thread
 * may call; answers come on the threads of the connections.
 */
final class Switchboard implements AutoCloseable {
  /** Each leads to one replica; they take turns. */
  private static final int LINES = 32;

  /** As long as a sidecar waits for all replicas together. */
  private static final int PATIENCE_SECONDS = 2;

  private final List<ManagedChannel> lines;

  Switchboard(List<HostAddress> replicas) {
    this.lines =
        IntStream.range(0, Math.max(LINES, replicas.size()))
            .mapToObj(line -> line(replicas.get(line % replicas.size())))
            .toList();
  }

  /** One connection, as a sidecar makes it. */
  static ManagedChannel line(HostAddress replica) {
    return Grpc.newChannelBuilderForAddress(
            replica.host(), replica.port(), InsecureChannelCredentials.create())
        .directExecutor()
        .disableRetry()
        .disableServiceConfigLookUp()
        .maxTraceEvents(0)
        .build();
  }

  /**
   * One question.
   *
   * @param since when it should have been asked, by the nano clock: its answer is timed from there
   * @param tally where it counts
   * @param sound whether an answer makes sense; one that does not is an error
   */
  record Call<Q, A>(
      MethodDescriptor<Q, A> method, Q request, long since, Tally tally, Predicate<A> sound) {

    Call(MethodDescriptor<Q, A> method, Q request, long since, Tally tally) {
      this(method, request, since, tally, answer -> true);
    }

    private void count(A answer) {
      if (sound.test(answer)) {
        tally.answered(System.nanoTime() - since);
      } else {
        tally.failed("an answer that makes no sense: " + answer);
      }
    }
  }

  /**
   * Asks.
   *
   * @param caller a number that stands for who asks: the same takes the same connection
   * @param answered hears the answer, when it is counted
   * @param failed runs when there is none
   */
  <Q, A> void ask(int caller, Call<Q, A> call, Consumer<A> answered, Runnable failed) {
    CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS);
    ClientCalls.asyncUnaryCall(
        lines.get(Math.floorMod(caller, lines.size())).newCall(call.method(), options),
        call.request(),
        new Ear<>(call, answered, failed));
  }

  /** Hears one answer, on the thread of its connection. */
  private static final class Ear<A> implements StreamObserver<A> {
    private final Call<?, A> call;
    private final Consumer<A> answered;
    private final Runnable failed;
    private A answer;

    private Ear(Call<?, A> call, Consumer<A> answered, Runnable failed) {
      this.call = call;
      this.answered = answered;
      this.failed = failed;
    }

    @Override
    public void onNext(A value) {
      answer = value;
    }

    @Override
    public void onError(Throwable why) {
      call.tally().failed(Status.fromThrowable(why).toString());
      failed.run();
    }

    @Override
    public void onCompleted() {
      call.count(answer);
      answered.accept(answer);
    }
  }

  @Override
  public void close() {
    lines.forEach(ManagedChannel::shutdownNow);
  }
}
