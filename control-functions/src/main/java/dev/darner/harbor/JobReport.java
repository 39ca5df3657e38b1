package dev.darner.harbor;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.darner.model.ClusterId;
import dev.darner.schema.PreheatHostRecord;
import dev.darner.schema.PreheatRecord;
import dev.darner.schema.PreheatState;
import dev.darner.state.ClusterView;
import dev.darner.state.Member;
import dev.darner.state.Preheat;
import dev.darner.state.Seen;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A preheat as one of Dragonfly's jobs. */
final class JobReport {
  /** Hosts of one cluster that are named of each kind; the error names causes in any case. */
  private static final int MOST_NAMED = 1000;

  private JobReport() {}

  /** A job. */
  record Job(
      long id,
      @JsonProperty("created_at") Instant createdAt,
      @JsonProperty("updated_at") Instant updatedAt,
      String state,
      @JsonInclude(JsonInclude.Include.NON_NULL) Result result) {}

  /** What came of it. */
  record Result(@JsonProperty("job_states") List<JobState> jobStates) {}

  /** The same; a job has one of these here. */
  record JobState(String error, List<ClusterResult> results) {}

  /**
   * One cluster.
   *
   * @param schedulerClusterId its place among those of the job by name, from 1: names are not
   *     numbers
   */
  record ClusterResult(
      @JsonProperty("scheduler_cluster_id") int schedulerClusterId,
      @JsonProperty("success_tasks") List<Done> successTasks,
      @JsonProperty("failure_tasks") List<Failed> failureTasks) {}

  /** A host that has the image. */
  record Done(String url, String hostname, String ip) {}

  /** A host that has it not, and why. */
  record Failed(String url, String hostname, String ip, String description) {}

  /** One that was just begun. */
  static Job begun(long number, Instant now) {
    return new Job(number, now, now, "PENDING", null);
  }

  /** One as it stands. */
  static Job of(long number, Preheat preheat, ClusterView view) {
    PreheatRecord record = preheat.record().orElseThrow().record();
    List<PreheatHostRecord> hosts = preheat.hosts().values().stream().map(Seen::record).toList();
    return new Job(
        number,
        record.since(),
        updated(record, hosts),
        state(record.state()),
        result(record, hosts, view));
  }

  private static Instant updated(PreheatRecord record, List<PreheatHostRecord> hosts) {
    return Stream.of(
            Stream.of(record.asked(), record.since()),
            Stream.ofNullable(record.ended()),
            hosts.stream().map(PreheatHostRecord::since))
        .flatMap(instants -> instants)
        .max(Comparator.naturalOrder())
        .orElseThrow();
  }

  private static String state(PreheatState state) {
    return switch (state) {
      case RESOLVING, RUNNING -> "PENDING";
      case SUCCESS -> "SUCCESS";
      case PARTIAL, FAILED, CANCELLED -> "FAILURE";
    };
  }

  private static Result result(
      PreheatRecord record, List<PreheatHostRecord> hosts, ClusterView view) {
    TreeMap<String, List<PreheatHostRecord>> clusters = new TreeMap<>();
    hosts.forEach(
        host -> clusters.computeIfAbsent(host.cluster().text(), _ -> new ArrayList<>()).add(host));
    List<ClusterResult> results = new ArrayList<>();
    for (List<PreheatHostRecord> ofCluster : clusters.values()) {
      results.add(cluster(results.size() + 1, record, ofCluster, view));
    }
    return new Result(List.of(new JobState(String.join("; ", record.causes()), results)));
  }

  private static ClusterResult cluster(
      int number, PreheatRecord record, Collection<PreheatHostRecord> hosts, ClusterView view) {
    String image = String.join(" ", record.request().images());
    boolean over = record.state().isOver();
    List<PreheatHostRecord> sorted =
        hosts.stream().sorted(Comparator.comparing(host -> host.host().text())).toList();
    return new ClusterResult(
        number,
        sorted.stream()
            .filter(host -> host.state() == PreheatHostRecord.State.DONE)
            .limit(MOST_NAMED)
            .map(host -> new Done(image, host.host().text(), ip(host, view)))
            .toList(),
        sorted.stream()
            .filter(host -> hasFailed(host, over))
            .limit(MOST_NAMED)
            .map(host -> new Failed(image, host.host().text(), ip(host, view), cause(record, host)))
            .toList());
  }

  /** At the end so has every host that is not done. */
  private static boolean hasFailed(PreheatHostRecord host, boolean over) {
    return host.state() == PreheatHostRecord.State.FAILED
        || (over && host.state() != PreheatHostRecord.State.DONE);
  }

  private static String cause(PreheatRecord record, PreheatHostRecord host) {
    String named = new Member(host.cluster(), host.host()) + ": ";
    return host.cause().isEmpty()
        ? record.causes().stream()
            .filter(cause -> cause.startsWith(named))
            .map(cause -> cause.substring(named.length()))
            .findFirst()
            .orElse("it did not end in time")
        : host.cause();
  }

  /** Where its peers reach it; empty when it is gone. */
  private static String ip(PreheatHostRecord host, ClusterView view) {
    ClusterId cluster = host.cluster();
    return view.cluster(cluster)
        .host(host.host())
        .map(seen -> seen.record().address().host())
        .orElse("");
  }
}
