package dev.darner.functions;

import dev.darner.clusters.Affiliation;
import dev.darner.clusters.Belonging;
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
import dev.darner.proto.HostInfo;
import dev.darner.proto.LeaveRequest;
import dev.darner.proto.LeaveResponse;
import dev.darner.proto.MembershipGrpc.MembershipImplBase;
import dev.darner.tasks.Assignment;
import dev.darner.tasks.ErrandDesk;
import dev.darner.tasks.Word;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The membership service of the contract. */
final class MembershipDoor extends MembershipImplBase {
  private final Membership membership;
  private final OrderDesk orders;
  private final ErrandDesk errands;
  private final Affiliation affiliation;
  private final Duration interval;

  MembershipDoor(
      Membership membership,
      OrderDesk orders,
      ErrandDesk errands,
      Affiliation affiliation,
      Duration interval) {
    this.membership = membership;
    this.orders = orders;
    this.errands = errands;
    this.affiliation = affiliation;
    this.interval = interval;
  }

  /** A host of a cluster. */
  private record Member(ClusterId cluster, HostId host) {}

  /** An announcement, what is said of orders, and why it is one for its cluster. */
  private record Placed(
      Announcement announcement,
      List<Outcome> outcomes,
      List<Word> words,
      String reason,
      long settingsVersion) {
    ClusterId cluster() {
      return announcement.host().cluster();
    }
  }

  @Override
  public void announce(AnnounceRequest request, StreamObserver<AnnounceResponse> observer) {
    Answers.answer(
        observer,
        () -> belonging(request.getHost()).map(belonging -> placed(request, belonging)),
        placed -> placed.isPresent() ? answer(placed.get()) : clusterUnknown());
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

  /** Where a host belongs; empty when it does not say so and no cluster was ever seen here. */
  private Optional<Belonging> belonging(HostInfo host) {
    return host.getCluster().isEmpty()
        ? affiliation.of(Wire.candidate(host))
        : Optional.of(new Belonging(new ClusterId(host.getCluster()), "the host names it"));
  }

  private static Placed placed(AnnounceRequest request, Belonging belonging) {
    Announcement announcement =
        new Announcement(
            Wire.introduction(request.getHost(), belonging.cluster()),
            request.getBoot(),
            request.getGeneration(),
            request.getBaseGeneration(),
            request.getHeldList().stream().map(Wire::holding).toList(),
            request.getDroppedList().stream().map(TaskId::new).toList(),
            Wire.doing(request));
    return new Placed(
        announcement,
        OrderWire.outcomes(request.getOutcomesList()),
        ErrandWire.words(request.getOutcomesList()),
        belonging.reason(),
        request.getSettingsVersion());
  }

  private AnnounceResponse answer(Placed placed) throws InterruptedException {
    Surroundings around = membership.announce(placed.announcement());
    AnnounceResponse.Builder answer =
        AnnounceResponse.newBuilder()
            .setResync(around.resync())
            .setIntervalMillis(interval.toMillis())
            .setNeighboursStand(around.neighbours().isEmpty())
            .addAllSeeds(around.seeds().stream().map(Wire::info).toList())
            .setDegraded(around.degraded())
            .setReadsCounted(around.readsCounted())
            .addAllLostReadings(around.lostReadings().stream().map(TaskId::text).toList())
            .setCluster(placed.cluster().text())
            .setClusterReason(placed.reason());
    around
        .neighbours()
        .ifPresent(some -> answer.addAllNeighbours(some.stream().map(Wire::info).toList()));
    around.originShare().ifPresent(answer::setOriginBytesPerSecond);
    if (!around.degraded()) {
      affiliation
          .news(placed.cluster(), placed.settingsVersion())
          .map(Wire::settings)
          .ifPresent(answer::setSettings);
    }
    if (!around.degraded() && !around.resync()) {
      // Who only names a host that is known is not told what that host is.
      List<Order> due = orders.exchange(placed.announcement().host(), placed.outcomes());
      answer.addAllOrders(due.stream().map(OrderWire::order).toList());
      List<Assignment> more = errands.exchange(placed.announcement().host(), placed.words());
      answer.addAllOrders(more.stream().map(ErrandWire::order).toList());
    }
    return answer.build();
  }

  private AnnounceResponse clusterUnknown() {
    return AnnounceResponse.newBuilder()
        .setIntervalMillis(interval.toMillis())
        .setDegraded(true)
        .build();
  }
}
