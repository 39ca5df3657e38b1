package dev.darner.functions;

import dev.darner.proto.AnnounceRequest;
import dev.darner.proto.FinishRequest;
import dev.darner.proto.Holding;
import dev.darner.proto.HostInfo;
import dev.darner.proto.JoinRequest;
import dev.darner.proto.LeaveRequest;
import dev.darner.proto.MembershipGrpc;
import dev.darner.proto.PlacementGrpc;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Calls of a process to its own door, for the build's start-up cache: it learns the way that the
 * first call of a sidecar takes. Not for a process that serves.
 */
final class SelfCall {
  private static final Logger LOG = System.getLogger(SelfCall.class.getName());
  private static final int PATIENCE_SECONDS = 10;
  private static final String TASK = "sha256:" + "0".repeat(64);
  private static final HostInfo HOST =
      HostInfo.newBuilder()
          .setCluster("rehearsal")
          .setName("host")
          .setPeerAddress("127.0.0.1:1")
          .build();

  private static final int HOSTS = 100;
  private static final int TASKS = 10;

  private SelfCall() {}

  /** Announces, joins and leaves; a refusal teaches as much as an answer. */
  static void make(int port) {
    calling(
        port,
        channel -> {
          call(channel, MembershipGrpc.getAnnounceMethod(), announce());
          call(channel, PlacementGrpc.getJoinMethod(), join());
          call(channel, MembershipGrpc.getLeaveMethod(), leave());
        });
  }

  /** Some hosts come, join some tasks, and finish them, as in a rollout. */
  static void rollOut(int port) {
    calling(
        port,
        channel -> IntStream.rangeClosed(1, HOSTS).forEach(number -> pull(channel, host(number))));
  }

  private static void calling(int port, Consumer<Channel> calls) {
    ManagedChannel channel =
        Grpc.newChannelBuilderForAddress("127.0.0.1", port, InsecureChannelCredentials.create())
            .build();
    try {
      calls.accept(channel);
    } finally {
      channel.shutdownNow();
    }
  }

  private static HostInfo host(int number) {
    return HOST.toBuilder().setName("host-" + number).setPeerAddress("127.0.0.1:" + number).build();
  }

  private static void pull(Channel channel, HostInfo host) {
    AnnounceRequest.Builder announcement =
        AnnounceRequest.newBuilder().setHost(host).setBoot(1).setGeneration(1);
    call(channel, MembershipGrpc.getAnnounceMethod(), announcement.build());
    for (int number = 0; number < TASKS; number++) {
      String task = TASK.substring(0, TASK.length() - 1) + number;
      call(
          channel,
          PlacementGrpc.getJoinMethod(),
          JoinRequest.newBuilder().setHost(host).setTask(task).setSize(1).build());
      announcement.addHeld(Holding.newBuilder().setTask(task).setSize(1).setBand(1));
      announcement.setBaseGeneration(announcement.getGeneration());
      announcement.setGeneration(announcement.getGeneration() + 1);
      call(channel, MembershipGrpc.getAnnounceMethod(), announcement.build());
      call(channel, MembershipGrpc.getAnnounceMethod(), quiet(announcement));
      call(
          channel,
          PlacementGrpc.getFinishMethod(),
          FinishRequest.newBuilder().setHost(host).setTask(task).setSize(1).build());
    }
  }

  private static AnnounceRequest quiet(AnnounceRequest.Builder told) {
    return told.clone().setBaseGeneration(told.getGeneration()).build();
  }

  private static <Q, A> void call(Channel channel, MethodDescriptor<Q, A> method, Q request) {
    CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS);
    try {
      var _ = ClientCalls.blockingUnaryCall(channel, method, options, request);
    } catch (StatusRuntimeException e) {
      LOG.log(Level.DEBUG, "a call to itself was refused", e);
    }
  }

  private static AnnounceRequest announce() {
    return AnnounceRequest.newBuilder().setHost(HOST.toBuilder().clearCluster()).build();
  }

  private static JoinRequest join() {
    return JoinRequest.newBuilder().setHost(HOST).setTask(TASK).build();
  }

  private static LeaveRequest leave() {
    return LeaveRequest.newBuilder().setCluster(HOST.getCluster()).setHost(HOST.getName()).build();
  }
}
