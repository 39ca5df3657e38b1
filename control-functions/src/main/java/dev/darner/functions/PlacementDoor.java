package dev.darner.functions;

import dev.darner.membership.Membership;
import dev.darner.model.ClusterId;
import dev.darner.model.HostId;
import dev.darner.model.TaskId;
import dev.darner.placement.Assignment;
import dev.darner.placement.Placement;
import dev.darner.proto.FinishRequest;
import dev.darner.proto.FinishResponse;
import dev.darner.proto.JoinRequest;
import dev.darner.proto.JoinResponse;
import dev.darner.proto.PlacementGrpc.PlacementImplBase;
import dev.darner.proto.RefreshRequest;
import dev.darner.proto.WithdrawRequest;
import dev.darner.proto.WithdrawResponse;
import dev.darner.state.Introduction;
import io.grpc.stub.StreamObserver;

/** The placement service of the contract. */
final class PlacementDoor extends PlacementImplBase {
  private final Placement placement;
  private final Membership membership;

  PlacementDoor(Placement placement, Membership membership) {
    this.placement = placement;
    this.membership = membership;
  }

  /** A task that a host has whole. */
  private record Finished(Introduction host, TaskId task, long size) {}

  /** A task that a host has not. */
  private record Withdrawn(ClusterId cluster, HostId host, TaskId task) {}

  @Override
  public void join(JoinRequest request, StreamObserver<JoinResponse> observer) {
    Answers.answer(observer, () -> Wire.wish(request), wish -> response(placement.join(wish)));
  }

  @Override
  public void refresh(RefreshRequest request, StreamObserver<JoinResponse> observer) {
    Answers.answer(
        observer,
        () ->
            Wire.wish(
                request.getJoin(), request.getFailedHostsList(), request.getUnreachableHostsList()),
        wish -> {
          membership.complain(wish.asker(), wish.unreachable());
          return response(placement.join(wish));
        });
  }

  @Override
  public void finish(FinishRequest request, StreamObserver<FinishResponse> observer) {
    Answers.answer(
        observer,
        () -> finished(request),
        done -> {
          placement.finish(done.host(), done.task(), done.size());
          return FinishResponse.getDefaultInstance();
        });
  }

  @Override
  public void withdraw(WithdrawRequest request, StreamObserver<WithdrawResponse> observer) {
    Answers.answer(
        observer,
        () -> withdrawn(request),
        gone -> {
          placement.withdraw(gone.cluster(), gone.host(), gone.task());
          return WithdrawResponse.getDefaultInstance();
        });
  }

  private static Finished finished(FinishRequest request) {
    if (request.getSize() < 0) {
      throw new IllegalArgumentException("a size is not negative: " + request.getSize());
    }
    return new Finished(
        Wire.introduction(request.getHost()), new TaskId(request.getTask()), request.getSize());
  }

  private static Withdrawn withdrawn(WithdrawRequest request) {
    return new Withdrawn(
        new ClusterId(request.getCluster()),
        new HostId(request.getHost()),
        new TaskId(request.getTask()));
  }

  private static JoinResponse response(Assignment assignment) {
    return JoinResponse.newBuilder()
        .setRole(Wire.role(assignment.role()))
        .addAllParents(assignment.parents().stream().map(Wire::parent).toList())
        .setDegraded(assignment.degraded())
        .setFetches(assignment.fetches())
        .setRetryMillis(assignment.again().toMillis())
        .build();
  }
}
