package dev.darner.functions;

import dev.darner.membership.Announcement;
import dev.darner.membership.Membership;
import dev.darner.membership.Surroundings;
import dev.darner.model.ClusterId;
import dev.darner.model.HostId;
import dev.darner.model.TaskId;
import dev.darner.proto.AnnounceRequest;
import dev.darner.proto.AnnounceResponse;
import dev.darner.proto.LeaveRequest;
import dev.darner.proto.LeaveResponse;
import dev.darner.proto.MembershipGrpc.MembershipImplBase;
import io.grpc.stub.StreamObserver;
import java.time.Duration;

/** The membership service of the contract. */
final class MembershipDoor extends MembershipImplBase {
  private final Membership membership;
  private final Duration interval;

  MembershipDoor(Membership membership, Duration interval) {
    this.membership = membership;
    this.interval = interval;
  }

  /** A host of a cluster. */
  private record Member(ClusterId cluster, HostId host) {}

  @Override
  public void announce(AnnounceRequest request, StreamObserver<AnnounceResponse> observer) {
    Answers.answer(
        observer,
        () -> announcement(request),
        announced -> response(membership.announce(announced)));
  }

  @Override
  public void leave(LeaveRequest request, StreamObserver<LeaveResponse> observer) {
    Answers.answer(
        observer,
        () -> new Member(new ClusterId(request.getCluster()), new HostId(request.getHost())),
        member -> {
          membership.leave(member.cluster(), member.host());
          return LeaveResponse.getDefaultInstance();
        });
  }

  private static Announcement announcement(AnnounceRequest request) {
    return new Announcement(
        Wire.introduction(request.getHost()),
        request.getBoot(),
        request.getGeneration(),
        request.getBaseGeneration(),
        request.getHeldList().stream().map(Wire::holding).toList(),
        request.getDroppedList().stream().map(TaskId::new).toList(),
        Wire.doing(request));
  }

  private AnnounceResponse response(Surroundings around) {
    return AnnounceResponse.newBuilder()
        .setResync(around.resync())
        .setIntervalMillis(interval.toMillis())
        .addAllNeighbours(around.neighbours().stream().map(Wire::info).toList())
        .addAllSeeds(around.seeds().stream().map(Wire::info).toList())
        .setDegraded(around.degraded())
        .addAllLostReadings(around.lostReadings().stream().map(TaskId::text).toList())
        .build();
  }
}
