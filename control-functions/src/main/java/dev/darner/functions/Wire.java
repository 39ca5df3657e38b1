package dev.darner.functions;

import dev.darner.clusters.Affiliation;
import dev.darner.clusters.Candidate;
import dev.darner.membership.Announcement;
import dev.darner.membership.Announcement.Holding;
import dev.darner.model.ClusterId;
import dev.darner.model.Host;
import dev.darner.model.HostAddress;
import dev.darner.model.HostId;
import dev.darner.model.TaskId;
import dev.darner.model.Topology;
import dev.darner.placement.Parent;
import dev.darner.placement.Role;
import dev.darner.placement.Wish;
import dev.darner.proto.AnnounceRequest;
import dev.darner.proto.ClusterSettings;
import dev.darner.proto.HostInfo;
import dev.darner.proto.JoinRequest;
import dev.darner.schema.HostRecord;
import dev.darner.schema.SidecarSettings;
import dev.darner.state.Introduction;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the messages of the contract say, as values, and back. Reading checks everything: a message
 * that says what cannot be is an {@link IllegalArgumentException}, whose message goes to the
 * caller.
 */
final class Wire {

  private Wire() {}

  static Host host(HostInfo info) {
    return host(info, new ClusterId(info.getCluster()));
  }

  /** The host as it is in a cluster, whatever it says of that itself. */
  static Host host(HostInfo info, ClusterId cluster) {
    return new Host(
        cluster, new HostId(info.getName()), address(info), info.getSeed(), topology(info));
  }

  /** What a host that asks for its cluster is matched by. */
  static Candidate candidate(HostInfo info) {
    return new Candidate(
        new HostId(info.getName()), address(info).host(), info.getZone(), info.getRegion());
  }

  private static HostAddress address(HostInfo info) {
    HostAddress address = HostAddress.parse(info.getPeerAddress());
    if (address.port() == 0) {
      throw new IllegalArgumentException("peers cannot reach port 0: " + address);
    }
    return address;
  }

  private static Topology topology(HostInfo info) {
    return new Topology(info.getZone(), info.getRegion(), info.getLabelsMap());
  }

  static Introduction introduction(HostInfo info) {
    return introduction(info, new ClusterId(info.getCluster()));
  }

  static Introduction introduction(HostInfo info, ClusterId cluster) {
    return new Introduction(host(info, cluster), info.getVersion());
  }

  static Announcement.Doing doing(AnnounceRequest request) {
    List<Announcement.Failure> failures =
        request.getFailuresList().stream()
            .map(failure ->
                new Announcement.Failure(new HostId(failure.getHost()), failure.getUnreachable()))
            .toList();
    Map<TaskId, Long> readings = new LinkedHashMap<>();
    request
        .getReadingsList()
        .forEach(reading -> readings.put(new TaskId(reading.getTask()), reading.getLanded()));
    return new Announcement.Doing(
        request.getUploadLoad(), request.getAcquainted(), failures, readings);
  }

  static HostInfo info(HostRecord host) {
    return HostInfo.newBuilder()
        .setCluster(host.cluster().text())
        .setName(host.host().text())
        .setPeerAddress(host.address().toString())
        .setSeed(host.seed())
        .setVersion(host.version())
        .build();
  }

  static ClusterSettings settings(Affiliation.Versioned versioned) {
    SidecarSettings settings = versioned.settings();
    ClusterSettings.Builder told =
        ClusterSettings.newBuilder()
            .setVersion(versioned.version())
            .addAllAllow(settings.allow())
            .addAllSeeds(settings.seeds().stream().map(HostAddress::toString).toList());
    settings.piecesInFlight().ifPresent(told::setPiecesInFlight);
    settings.uploads().ifPresent(told::setUploads);
    settings.uploadBytesPerSecond().ifPresent(told::setUploadBytesPerSecond);
    settings.downloadBytesPerSecond().ifPresent(told::setDownloadBytesPerSecond);
    return told.build();
  }

  static Holding holding(dev.darner.proto.Holding held) {
    return new Holding(
        new TaskId(held.getTask()), held.getSize(), held.getSealed(), held.getBand());
  }

  static Wish wish(JoinRequest request) {
    return wish(request, List.of(), List.of());
  }

  static Wish wish(JoinRequest request, Collection<String> failed, Collection<String> unreachable) {
    return new Wish(
        introduction(request.getHost()),
        new TaskId(request.getTask()),
        request.getSize(),
        request.getLabel(),
        hosts(failed),
        hosts(unreachable));
  }

  private static Set<HostId> hosts(Collection<String> names) {
    return names.stream().map(HostId::new).collect(Collectors.toSet());
  }

  static dev.darner.proto.Role role(Role role) {
    return switch (role) {
      case FROM_PARENTS -> dev.darner.proto.Role.ROLE_FROM_PARENTS;
      case READ_ORIGIN -> dev.darner.proto.Role.ROLE_READ_ORIGIN;
      case USE_HOME_SEEDS -> dev.darner.proto.Role.ROLE_USE_HOME_SEEDS;
      case WAIT -> dev.darner.proto.Role.ROLE_WAIT;
    };
  }

  /** A parent's version is not told: nobody asks for it. */
  static dev.darner.proto.Parent parent(Parent parent) {
    Host host = parent.host();
    return dev.darner.proto.Parent.newBuilder()
        .setHost(
            HostInfo.newBuilder()
                .setCluster(host.cluster().text())
                .setName(host.id().text())
                .setPeerAddress(host.address().toString())
                .setSeed(host.seed()))
        .setSealed(parent.sealed())
        .setFill(parent.fill())
        .build();
  }
}
