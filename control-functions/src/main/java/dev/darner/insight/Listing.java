package dev.darner.insight;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.darner.model.ClusterId;
import dev.darner.model.TaskId;
import dev.darner.rest.Page;
import dev.darner.schema.HolderRecord;
import dev.darner.schema.HostRecord;
import dev.darner.schema.TaskRecord;
import dev.darner.state.Cluster;
import dev.darner.state.ClusterView;
import dev.darner.state.Seen;
import dev.darner.state.Swarm;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Hosts and tasks as the REST interface shows them, read from the view. */
final class Listing {
  /** Holders shown with one task; {@code holderCount} tells how many there are. */
  private static final int SHOWN_HOLDERS = 100;

  private static final Comparator<HolderRecord> WHOLE_FIRST =
      Comparator.comparing((HolderRecord holder) -> !holder.sealed())
          .thenComparing(holder -> holder.host().text());

  private final ClusterView view;

  Listing(ClusterView view) {
    this.view = view;
  }

  /** Answer to a question for hosts. */
  record HostsAnswer(
      List<HostItem> hosts,
      @JsonProperty("continue") @JsonInclude(JsonInclude.Include.NON_NULL) String next,
      boolean degraded) {}

  /** A host; {@code tasks} counts those of which it has some or all. */
  record HostItem(
      String cluster,
      String name,
      String address,
      boolean seed,
      String version,
      String since,
      int tasks) {}

  /** Answer to a question for tasks. */
  record TasksAnswer(
      List<TaskItem> tasks,
      @JsonProperty("continue") @JsonInclude(JsonInclude.Include.NON_NULL) String next,
      boolean degraded) {}

  /** A task; its size is 0 while unknown, its origin reader left out when there is none. */
  record TaskItem(
      String cluster,
      String task,
      String label,
      long size,
      @JsonInclude(JsonInclude.Include.NON_NULL) String since,
      int holderCount,
      List<HolderItem> holders,
      @JsonInclude(JsonInclude.Include.NON_NULL) String originReader) {}

  /** A holder; {@code band} is in tenths of the task. */
  record HolderItem(String host, boolean sealed, int band) {}

  /** A task and where it is, before it is shown. */
  private record Place(ClusterId cluster, TaskId task) {
    String key() {
      return cluster + "/" + task;
    }
  }

  HostsAnswer hosts(Stream<ClusterId> clusters, Page page, boolean degraded) {
    Page.Cut<HostRecord> cut =
        page.cut(
            clusters.flatMap(cluster -> view.cluster(cluster).roster().hosts().stream()),
            host -> host.cluster() + "/" + host.host());
    return new HostsAnswer(
        cut.items().stream().map(this::host).toList(), cut.next().orElse(null), degraded);
  }

  TasksAnswer tasks(Stream<ClusterId> clusters, TaskFilter filter, Page page, boolean degraded) {
    Page.Cut<Place> cut =
        page.cut(
            clusters.flatMap(cluster ->
                view.cluster(cluster).tasks().stream()
                    .filter(task -> filter.test(named(cluster, task)))
                    .map(task -> new Place(cluster, task))),
            Place::key);
    return new TasksAnswer(
        cut.items().stream().map(this::task).toList(), cut.next().orElse(null), degraded);
  }

  private TaskFilter.Named named(ClusterId cluster, TaskId task) {
    return new TaskFilter.Named(
        task,
        view.cluster(cluster).swarm(task).task().map(seen -> seen.record().label()).orElse(""));
  }

  private HostItem host(HostRecord host) {
    Cluster cluster = view.cluster(host.cluster());
    return new HostItem(
        host.cluster().text(),
        host.host().text(),
        host.address().toString(),
        host.seed(),
        host.version(),
        host.since().toString(),
        cluster.countHeldBy(host.host()));
  }

  private TaskItem task(Place place) {
    Swarm swarm = view.cluster(place.cluster()).swarm(place.task());
    Optional<TaskRecord> record = swarm.task().map(Seen::record);
    Collection<Seen<HolderRecord>> holders = swarm.holders();
    return new TaskItem(
        place.cluster().text(),
        place.task().text(),
        record.map(TaskRecord::label).orElse(""),
        record.map(TaskRecord::size).orElse(0L),
        record.map(task -> task.since().toString()).orElse(null),
        holders.size(),
        holders.stream()
            .map(Seen::record)
            .sorted(WHOLE_FIRST)
            .limit(SHOWN_HOLDERS)
            .map(holder -> new HolderItem(holder.host().text(), holder.sealed(), holder.band()))
            .toList(),
        swarm.slots().stream()
            .map(slot -> slot.seen().record().host().text())
            .findFirst()
            .orElse(null));
  }
}
