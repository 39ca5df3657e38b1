package dev.darner.tasks;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.darner.rest.Answer;
import dev.darner.rest.Page;
import dev.darner.rest.Principal;
import dev.darner.rest.Resource;
import dev.darner.schema.AccessRole;
import dev.darner.schema.ErrandRecord;
import dev.darner.schema.ErrandRecord.Kind;
import dev.darner.schema.ErrandResultRecord;
import dev.darner.schema.StateException;
import dev.darner.state.Errand;
import dev.darner.state.Member;
import dev.darner.state.Seen;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * {@code /api/v1/deletions} and {@code /api/v1/deletions/{id}}: how far the removing of tasks is,
 * host by host. Any thread may call.
 */
final class Deletions implements HttpService {
  static final String PATH = "/api/v1/deletions";

  private final TaskCare.Surroundings around;
  private final Errandry errandry;

  Deletions(TaskCare.Surroundings around, Errandry errandry) {
    this.around = around;
    this.errandry = errandry;
  }

  /** Where a deletion stands; the last three are for ever. */
  enum State {
    RUNNING,
    /** Every host has removed the task. */
    DONE,
    /** Some have. */
    PARTIAL,
    /** None has. */
    FAILED
  }

  /** Where a host of it stands; all but the first are for ever. */
  enum HostState {
    WAITING,
    DELETED,
    FAILED,
    /** It did not answer in time. */
    SILENT
  }

  /** How many hosts stand where. */
  record HostCounts(int all, int deleted, int failed, int waiting) {}

  /** A deletion. */
  record Item(
      String id, String task, State state, Instant since, Instant ends, HostCounts hostCounts) {}

  /** A host of one. */
  record HostItem(String cluster, String host, HostState state, String cause) {}

  /** Several, without their hosts. */
  private record Items(
      List<Item> deletions,
      @JsonProperty("continue") @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<String> next,
      boolean degraded) {}

  /** One, with its hosts. */
  private record Whole(
      Item deletion,
      List<HostItem> hosts,
      @JsonProperty("continue") @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<String> next,
      boolean degraded) {}

  @Override
  public void routing(HttpRules rules) {
    Resource.at(PATH, around.access()).get(AccessRole.VIEWER, this::list).register(rules);
    Resource.at(PATH + "/{id}", around.access()).get(AccessRole.VIEWER, this::show).register(rules);
  }

  private Answer list(ServerRequest request, Principal who) {
    Page.Cut<Errand> cut =
        Page.of(request.query()).cut(errandry.all(Kind.DELETE, who).stream(), Errand::id);
    Instant now = errandry.now();
    return Answer.of(
        new Items(
            cut.items().stream().map(errand -> item(errand, now)).toList(),
            cut.next(),
            around.reach().degraded()));
  }

  private Answer show(ServerRequest request, Principal who)
      throws StateException, InterruptedException {
    Errand errand = errandry.find(request.path().pathParameters().get("id"), Kind.DELETE, who);
    Instant now = errandry.now();
    Page.Cut<HostItem> cut =
        Page.of(request.query())
            .cut(hosts(errand, now).stream(), host -> host.cluster() + "/" + host.host());
    return Answer.of(
        new Whole(item(errand, now), cut.items(), cut.next(), around.reach().degraded()));
  }

  /** As it stands at a moment. */
  static Item item(Errand errand, Instant now) {
    ErrandRecord record = errand.record().orElseThrow().record();
    List<HostItem> hosts = hosts(errand, now);
    HostCounts counts =
        new HostCounts(
            hosts.size(),
            count(hosts, HostState.DELETED),
            count(hosts, HostState.FAILED) + count(hosts, HostState.SILENT),
            count(hosts, HostState.WAITING));
    return new Item(
        record.id(), record.task().text(), state(counts), record.since(), record.end(), counts);
  }

  private static int count(List<HostItem> hosts, HostState state) {
    return (int) hosts.stream().filter(host -> host.state() == state).count();
  }

  private static State state(HostCounts counts) {
    if (counts.waiting() > 0) {
      return State.RUNNING;
    }
    if (counts.failed() == 0) {
      return State.DONE;
    }
    return counts.deleted() > 0 ? State.PARTIAL : State.FAILED;
  }

  private static List<HostItem> hosts(Errand errand, Instant now) {
    ErrandRecord record = errand.record().orElseThrow().record();
    boolean late = !now.isBefore(record.end());
    return record.hosts().stream().map(host -> host(errand, host, late)).toList();
  }

  private static HostItem host(Errand errand, String name, boolean late) {
    Member member = Member.parse(name);
    String cluster = member.cluster().text();
    String host = member.host().text();
    Optional<ErrandResultRecord> result = errand.result(member).map(Seen::record);
    if (result.isPresent()) {
      HostState state = result.get().done() ? HostState.DELETED : HostState.FAILED;
      return new HostItem(cluster, host, state, result.get().cause());
    }
    return late
        ? new HostItem(cluster, host, HostState.SILENT, "it did not answer in time")
        : new HostItem(cluster, host, HostState.WAITING, "");
  }
}
