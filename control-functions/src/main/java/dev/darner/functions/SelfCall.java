package dev.darner.functions;

import dev.darner.proto.AnnounceRequest;
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

  private SelfCall() {}

  /** Announces, joins and leaves; a refusal teaches as much as an answer. */
  static void make(int port) {
    ManagedChannel channel =
        Grpc.newChannelBuilderForAddress("127.0.0.1", port, InsecureChannelCredentials.create())
            .build();
    try {
      call(channel, MembershipGrpc.getAnnounceMethod(), announce());
      call(channel, PlacementGrpc.getJoinMethod(), join());
      call(channel, MembershipGrpc.getLeaveMethod(), leave());
    } finally {
      channel.shutdownNow();
    }
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
