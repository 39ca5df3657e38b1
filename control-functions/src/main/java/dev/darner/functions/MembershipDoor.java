package dev.darner.functions;

import dev.darner.membership.Announcement;
import dev.darner.membership.Membership;
import dev.darner.membership.Surroundings;
import dev.darner.model.ClusterId;
import dev.darner.model.HostId;
import dev.darner.model.TaskId;
import dev.darner.preheat.Order;
import dev.darner.preheat.OrderDesk;
import dev.darner.preheat.Outcome;
import dev.darner.proto.AnnounceRequest;
import dev.darner.proto.AnnounceResponse;
import dev.darner.proto.LeaveRequest;
import dev.darner.proto.LeaveResponse;
import dev.darner.proto.MembershipGrpc.MembershipImplBase;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;

/** The membership service of the contract. */
final class MembershipDoor extends MembershipImplBase {
  private final Membership membership;
  private final OrderDesk orders;
  private final Duration interval;

  MembershipDoor(Membership membership, OrderDesk orders, Duration interval) {
    this.membership = membership;
    this.orders = orders;
    this.interval = interval;
  }

  /** A host of a cluster. */
  private record Member(ClusterId cluster, HostId host) {}

  /** What a host says of itself and of its orders. */
  private record Told(Announcement announced, List<Outcome> outcomes) {}

  @Override
  public void announce(AnnounceRequest request, StreamObserver<AnnounceResponse> observer) {
    Answers.answer(
        observer,
        () -> new Told(announcement(request), OrderWire.outcomes(request.getOutcomesList())),
        this::announced);
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
        Wire.host(request.getHost()),
        request.getHost().getVersion(),
        request.getBoot(),
        request.getGeneration(),
        request.getBaseGeneration(),
        request.getHeldList().stream().map(Wire::holding).toList(),
        request.getDroppedList().stream().map(TaskId::new).toList());
  }

  private AnnounceResponse announced(Told told) throws InterruptedException {
    Surroundings around = membership.announce(told.announced());
    List<Order> due =
        around.degraded() ? List.of() : orders.exchange(told.announced().host(), told.outcomes());
    return response(around).addAllOrders(due.stream().map(OrderWire::order).toList()).build();
  }

  private AnnounceResponse.Builder response(Surroundings around) {
    return AnnounceResponse.newBuilder()
        .setResync(around.resync())
        .setIntervalMillis(interval.toMillis())
        .addAllNeighbours(around.neighbours().stream().map(Wire::info).toList())
        .addAllSeeds(around.seeds().stream().map(Wire::info).toList())
        .setDegraded(around.degraded());
  }
}
