package dev.darner.controlplane;

import dev.darner.model.BlobRef;
import dev.darner.model.ClusterId;
import dev.darner.model.Host;
import dev.darner.model.HostAddress;
import dev.darner.model.HostId;
import dev.darner.model.TaskId;
import dev.darner.proto.AnnounceRequest;
import dev.darner.proto.Holding;
import dev.darner.proto.HostInfo;
import dev.darner.proto.JoinRequest;
import dev.darner.proto.JoinResponse;
import dev.darner.proto.Parent;
import dev.darner.proto.RefreshRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Our values as messages of the contract, and back. What makes no sense is refused. */
final class Wire {
  /** Milliseconds until a function is asked again, whatever it says. */
  private static final long SHORTEST_WAIT = 100;

  private static final long LONGEST_WAIT = 10_000;

  private Wire() {}

  static HostInfo info(Host host, String version) {
    return HostInfo.newBuilder()
        .setCluster(host.cluster().text())
        .setName(host.id().text())
        .setPeerAddress(host.address().toString())
        .setSeed(host.seed())
        .setVersion(version)
        .setZone(host.topology().zone())
        .setRegion(host.topology().region())
        .putAllLabels(host.topology().labels())
        .build();
  }

  static JoinRequest join(HostInfo self, BlobRef ref, long size) {
    return JoinRequest.newBuilder()
        .setHost(self)
        .setTask(ref.task().text())
        .setSize(size)
        .setLabel(ref.location().label())
        .build();
  }

  static RefreshRequest refresh(JoinRequest join, Set<HostId> failed, Set<HostId> unreachable) {
    return RefreshRequest.newBuilder()
        .setJoin(join)
        .addAllFailedHosts(names(failed))
        .addAllUnreachableHosts(names(unreachable))
        .build();
  }

  private static List<String> names(Set<HostId> hosts) {
    return hosts.stream().map(HostId::text).sorted().toList();
  }

  /**
   * @param settings version of the cluster's settings that hold here
   */
  static AnnounceRequest.Builder announce(
      HostInfo self, long boot, Inventory inventory, long settings) {
    return AnnounceRequest.newBuilder()
        .setHost(self)
        .setBoot(boot)
        .setSettingsVersion(settings)
        .setGeneration(inventory.generation())
        .setBaseGeneration(inventory.baseGeneration())
        .addAllHeld(inventory.held().stream().map(Wire::holding).toList())
        .addAllDropped(inventory.dropped().stream().map(TaskId::text).toList());
  }

  private static Holding holding(Inventory.Holding held) {
    return Holding.newBuilder()
        .setTask(held.task().text())
        .setSize(held.size())
        .setSealed(held.sealed())
        .setBand(held.band())
        .build();
  }

  static ClusterSettings settings(dev.darner.proto.ClusterSettings told) {
    return new ClusterSettings(
        told.getVersion(),
        told.hasPiecesInFlight() ? Optional.of(told.getPiecesInFlight()) : Optional.empty(),
        told.hasUploads() ? Optional.of(told.getUploads()) : Optional.empty(),
        told.hasUploadBytesPerSecond()
            ? Optional.of(told.getUploadBytesPerSecond())
            : Optional.empty(),
        told.hasDownloadBytesPerSecond()
            ? Optional.of(told.getDownloadBytesPerSecond())
            : Optional.empty(),
        told.getAllowList(),
        told.getSeedsList());
  }

  /**
   * @param own this host's cluster
   * @throws IllegalArgumentException when the role or a parent makes no sense
   */
  static Placement placement(JoinResponse answer, ClusterId own) {
    Placement.Role role =
        switch (answer.getRole()) {
          case ROLE_FROM_PARENTS -> Placement.Role.FROM_PARENTS;
          case ROLE_READ_ORIGIN -> Placement.Role.READ_ORIGIN;
          case ROLE_USE_HOME_SEEDS -> Placement.Role.USE_HOME_SEEDS;
          case ROLE_WAIT -> Placement.Role.WAIT;
          case ROLE_UNSPECIFIED, UNRECOGNIZED ->
              throw new IllegalArgumentException("a role that is not known here");
        };
    boolean takes = role == Placement.Role.FROM_PARENTS || role == Placement.Role.WAIT;
    long again = Math.clamp(answer.getRetryMillis(), SHORTEST_WAIT, LONGEST_WAIT);
    return new Placement(
        role,
        takes
            ? answer.getParentsList().stream().map(parent -> parent(parent, own)).toList()
            : List.of(),
        role == Placement.Role.READ_ORIGIN || answer.getFetches(),
        role == Placement.Role.WAIT ? Duration.ofMillis(again) : Duration.ZERO);
  }

  private static Placement.Parent parent(Parent parent, ClusterId own) {
    Host host = host(parent.getHost());
    return new Placement.Parent(
        host, parent.getSealed(), parent.getFill(), !host.cluster().equals(own));
  }

  /**
   * @throws IllegalArgumentException when a name or the address makes no sense
   */
  static Host host(HostInfo info) {
    return new Host(
        new ClusterId(info.getCluster()),
        new HostId(info.getName()),
        address(info.getPeerAddress()),
        info.getSeed());
  }

  static HostAddress address(String text) {
    HostAddress address = HostAddress.parse(text);
    if (address.port() == 0) {
      throw new IllegalArgumentException("an address without a port: " + address);
    }
    return address;
  }
}
