package dev.darner.tasks;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.darner.model.ClusterId;
import dev.darner.model.TaskId;
import dev.darner.rest.Answer;
import dev.darner.rest.Page;
import dev.darner.rest.Principal;
import dev.darner.rest.Problem;
import dev.darner.rest.Resource;
import dev.darner.schema.AccessRole;
import dev.darner.schema.ErrandRecord;
import dev.darner.schema.ErrandRecord.Kind;
import dev.darner.schema.HolderRecord;
import dev.darner.schema.OriginSlotRecord;
import dev.darner.schema.StateException;
import dev.darner.schema.TaskRecord;
import dev.darner.state.ClusterView;
import dev.darner.state.Member;
import dev.darner.state.Seen;
import dev.darner.state.Swarm;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * {@code /api/v1/tasks/{task}}: who holds a task and how much of it, and having it removed by all
 * who do. Any thread may call.
 */
final class TaskPages implements HttpService {
  private static final Duration USUAL_TIMEOUT = Duration.ofMinutes(1);
  private static final Duration SHORTEST_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration LONGEST_TIMEOUT = Duration.ofHours(1);

  private final TaskCare.Surroundings around;
  private final ClusterView view;
  private final Errandry errandry;

  TaskPages(TaskCare.Surroundings around, Errandry errandry) {
    this.around = around;
    this.view = around.view();
    this.errandry = errandry;
  }

  /**
   * A task.
   *
   * @param size in bytes, 0 while unknown
   * @param readers of its origin
   */
  private record TaskAnswer(
      String task,
      String label,
      long size,
      int holderCount,
      List<HolderItem> holders,
      List<ReaderItem> readers,
      @JsonProperty("continue") @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<String> next,
      boolean degraded) {}

  /**
   * A host that has some or all of it.
   *
   * @param band in tenths
   * @param bytes about how many, 0 while the size is unknown
   */
  private record HolderItem(
      String cluster,
      String host,
      String address,
      boolean seed,
      boolean sealed,
      int band,
      long bytes,
      Instant since) {}

  /** A host that reads it. */
  private record ReaderItem(String cluster, String host, long landed, Instant since) {}

  /** A holder and where it is. */
  private record Held(ClusterId cluster, HolderRecord holder) {
    Member member() {
      return new Member(cluster, holder.host());
    }
  }

  @Override
  public void routing(HttpRules rules) {
    Resource.at("/api/v1/tasks/{task}", around.access())
        .get(AccessRole.VIEWER, this::show)
        .delete(AccessRole.OPERATOR, this::delete)
        .register(rules);
  }

  private Answer show(ServerRequest request, Principal who) {
    TaskId task = task(request);
    List<ClusterId> clusters = who.asked(request.query(), view.clusters());
    Optional<TaskRecord> record = record(task, clusters);
    List<Held> holders = holders(task, clusters).toList();
    List<ReaderItem> readers = readers(task, clusters);
    if (record.isEmpty() && holders.isEmpty() && readers.isEmpty()) {
      throw unknown(task);
    }
    long size = record.map(TaskRecord::size).orElse(0L);
    Page.Cut<Held> cut =
        Page.of(request.query()).cut(holders.stream(), held -> held.member().toString());
    return Answer.of(
        new TaskAnswer(
            task.text(),
            record.map(TaskRecord::label).orElse(""),
            size,
            holders.size(),
            cut.items().stream().map(held -> item(held, size)).toList(),
            readers,
            cut.next(),
            around.reach().degraded()));
  }

  private static Problem unknown(TaskId task) {
    return Problem.notFound("no host that is alive has or wants " + task);
  }

  private static HolderItem item(Held held, long size) {
    HolderRecord holder = held.holder();
    long tenth = size / HolderRecord.FULL_BAND;
    return new HolderItem(
        held.cluster().text(),
        holder.host().text(),
        holder.address().toString(),
        holder.seed(),
        holder.sealed(),
        holder.band(),
        holder.sealed() ? size : tenth * holder.band(),
        holder.since());
  }

  /** The record that knows most: one that was only ever announced has neither label nor size. */
  private Optional<TaskRecord> record(TaskId task, List<ClusterId> clusters) {
    return clusters.stream()
        .flatMap(cluster -> view.cluster(cluster).swarm(task).task().stream())
        .map(Seen::record)
        .max(
            Comparator.comparing((TaskRecord record) -> record.size() > 0)
                .thenComparing(record -> !record.label().isEmpty()));
  }

  private Stream<Held> holders(TaskId task, List<ClusterId> clusters) {
    return clusters.stream()
        .flatMap(cluster ->
            view.cluster(cluster).swarm(task).holders().stream()
                .map(seen -> new Held(cluster, seen.record())));
  }

  private List<ReaderItem> readers(TaskId task, List<ClusterId> clusters) {
    return clusters.stream()
        .flatMap(cluster -> readers(cluster, view.cluster(cluster).swarm(task)))
        .toList();
  }

  private static Stream<ReaderItem> readers(ClusterId cluster, Swarm swarm) {
    return swarm.slots().stream()
        .map(slot -> slot.seen().record())
        .map((OriginSlotRecord slot) ->
            new ReaderItem(cluster.text(), slot.host().text(), slot.landed(), slot.since()));
  }

  private Answer delete(ServerRequest request, Principal who)
      throws StateException, InterruptedException {
    TaskId task = task(request);
    Duration timeout = timeout(request);
    List<String> hosts =
        holders(task, who.asked(request.query(), view.clusters()))
            .map(held -> held.member().toString())
            .sorted()
            .toList();
    if (hosts.isEmpty()) {
      throw unknown(task);
    }
    errandry.requireRoom(Kind.DELETE);
    ErrandRecord record = deletion(task, hosts, timeout);
    return around
        .audit()
        .change(
            who,
            "task.delete",
            "%s on %d hosts, deletion %s".formatted(task, hosts.size(), record.id()),
            () ->
                Answer.of(
                        Status.ACCEPTED_202, Deletions.item(errandry.begin(record), errandry.now()))
                    .with(HeaderNames.LOCATION, Deletions.PATH + "/" + record.id()));
  }

  private ErrandRecord deletion(TaskId task, List<String> hosts, Duration timeout) {
    Instant now = errandry.now();
    try {
      return new ErrandRecord(
          errandry.name(Kind.DELETE, now),
          Kind.DELETE,
          task,
          "",
          List.of(),
          hosts,
          now,
          timeout.toSeconds());
    } catch (IllegalArgumentException e) {
      throw new Problem(
          Status.CONFLICT_409, e.getMessage() + ": delete it in one cluster after the other");
    }
  }

  private static Duration timeout(ServerRequest request) {
    try {
      Duration given = request.query().first("timeout").map(Duration::parse).orElse(USUAL_TIMEOUT);
      if (given.compareTo(SHORTEST_TIMEOUT) >= 0 && given.compareTo(LONGEST_TIMEOUT) <= 0) {
        return given;
      }
    } catch (DateTimeException e) {
      // The same is to be said of it.
    }
    throw Problem.badRequest("timeout is a duration from PT5S to PT1H");
  }

  private static TaskId task(ServerRequest request) {
    try {
      return new TaskId(request.path().pathParameters().get("task"));
    } catch (IllegalArgumentException e) {
      throw Problem.badRequest(
          "a task is sha256:, sha512: or url: and its hexadecimal digits; GET /api/v1/tasks finds"
              + " it by less");
    }
  }
}
