package dev.darner.clusters;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.darner.model.ClusterId;
import dev.darner.model.HostAddress;
import dev.darner.model.HostId;
import dev.darner.model.Topology;
import dev.darner.rest.Access;
import dev.darner.rest.Answer;
import dev.darner.rest.Audit;
import dev.darner.rest.Body;
import dev.darner.rest.ETag;
import dev.darner.rest.Page;
import dev.darner.rest.Principal;
import dev.darner.rest.Problem;
import dev.darner.rest.Resource;
import dev.darner.schema.AccessRole;
import dev.darner.schema.ClusterRecord;
import dev.darner.schema.StateException;
import dev.darner.state.Cluster;
import dev.darner.state.ClusterView;
import dev.darner.state.Reach;
import dev.darner.state.Seen;
import io.helidon.common.parameters.Parameters;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import java.util.List;
import java.util.Optional;

/**
 * The clusters over REST: {@code /api/v1/clusters}, each at {@code /api/v1/clusters/{cluster}}, and
 * at {@code /match} below it whether a host would belong there. Any thread may call.
 */
public final class ClusterPages implements HttpService {
  private static final String ROOT = "/api/v1/clusters";

  /** The match of each announce looks at all. */
  static final int MOST_DEFINED = 1000;

  /** What a sidecar is told that shall ask for its cluster. */
  private static final String RESERVED = "auto";

  private final ClusterView view;
  private final Reach reach;
  private final Definitions definitions;
  private final Access access;
  private final Audit audit;

  public ClusterPages(ClusterView view, Reach reach, Access access, Audit audit) {
    this.view = view;
    this.reach = reach;
    this.definitions = new Definitions(reach);
    this.access = access;
    this.audit = audit;
  }

  /** Answer to a question for all clusters. */
  private record ClustersAnswer(
      List<ClusterItem> clusters,
      @JsonProperty("continue") @JsonInclude(JsonInclude.Include.NON_NULL) String next,
      boolean degraded) {}

  /** A cluster; its version is 0, and its definition left out, while nobody has defined it. */
  private record ClusterItem(
      String cluster,
      long version,
      int hosts,
      int seeds,
      @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<ClusterRecord> definition) {}

  /**
   * Whether a host would belong to a cluster, and to which it does.
   *
   * @param fits the narrowest scope of each cluster into which it falls, the narrowest first
   */
  private record MatchAnswer(boolean matches, String cluster, String reason, List<String> fits) {}

  @Override
  public void routing(HttpRules rules) {
    Resource.at(ROOT, access).get(AccessRole.VIEWER, this::list).register(rules);
    Resource.at(ROOT + "/{cluster}", access)
        .get(AccessRole.VIEWER, this::show)
        .put(AccessRole.ADMIN, this::put)
        .delete(AccessRole.ADMIN, this::delete)
        .register(rules);
    Resource.at(ROOT + "/{cluster}/match", access)
        .get(AccessRole.VIEWER, this::match)
        .register(rules);
  }

  private Answer list(ServerRequest request, Principal who) {
    Page.Cut<ClusterItem> cut =
        Page.of(request.query())
            .cut(
                view.clusters().stream()
                    .filter(who::reaches)
                    .map(this::item)
                    .filter(item -> item.version() > 0 || item.hosts() > 0),
                ClusterItem::cluster);
    return Answer.of(new ClustersAnswer(cut.items(), cut.next().orElse(null), reach.degraded()));
  }

  private ClusterItem item(ClusterId name) {
    Cluster cluster = view.cluster(name);
    return new ClusterItem(
        name.text(),
        cluster.record().map(Seen::revision).orElse(0L),
        cluster.roster().hosts().size(),
        cluster.seeds().size(),
        cluster.record().map(Seen::record));
  }

  private Answer show(ServerRequest request, Principal who) {
    ClusterId name = named(request, who);
    Seen<ClusterRecord> seen = view.cluster(name).record().orElseThrow(() -> undefined(name));
    return Answer.of(seen.record()).tagged(seen.revision());
  }

  private Answer put(ServerRequest request, Principal who)
      throws StateException, InterruptedException {
    ClusterId name = named(request, who);
    if (name.text().equals(RESERVED)) {
      throw Problem.badRequest(
          "no cluster is called %s: sidecars are told so to ask for theirs".formatted(RESERVED));
    }
    ClusterRecord wanted = wanted(request);
    long standing = definitions.revision(name);
    if (standing == 0) {
      requireNew(request);
      requireFew();
    } else {
      requireSeen(request, standing);
    }
    return audit.change(
        who, "cluster.put", "cluster " + name, () -> written(name, wanted, standing));
  }

  private static ClusterRecord wanted(ServerRequest request) {
    return Problem.reading(() -> Body.read(request, ClusterBody.class).record());
  }

  private Answer written(ClusterId name, ClusterRecord wanted, long standing)
      throws StateException, InterruptedException {
    long revision = definitions.put(name, wanted, standing);
    Answer answer = standing == 0 ? Answer.created(ROOT + "/" + name, wanted) : Answer.of(wanted);
    return answer.tagged(revision);
  }

  private Answer delete(ServerRequest request, Principal who)
      throws StateException, InterruptedException {
    ClusterId name = named(request, who);
    long standing = definitions.revision(name);
    if (standing == 0) {
      throw undefined(name);
    }
    ETag.requireMatch(request, standing);
    return audit.change(
        who,
        "cluster.delete",
        "cluster " + name,
        () -> {
          definitions.remove(name, standing);
          return Answer.nothing();
        });
  }

  private static void requireNew(ServerRequest request) {
    if (request.headers().contains(HeaderNames.IF_MATCH)) {
      throw new Problem(
          Status.PRECONDITION_FAILED_412,
          "there is no such definition (any more): make one with If-None-Match: *");
    }
    if (!isForNew(request)) {
      throw new Problem(
          Status.PRECONDITION_REQUIRED_428,
          "there is no such definition: say with If-None-Match: * that one shall be made");
    }
  }

  private static void requireSeen(ServerRequest request, long standing) {
    if (isForNew(request)) {
      throw new Problem(
          Status.PRECONDITION_FAILED_412,
          "it is defined already: read it, and send its ETag as If-Match");
    }
    ETag.requireMatch(request, standing);
  }

  private static boolean isForNew(ServerRequest request) {
    return request.headers().contains(HeaderNames.IF_NONE_MATCH)
        && request.headers().get(HeaderNames.IF_NONE_MATCH).get().strip().equals("*");
  }

  private void requireFew() {
    if (view.records().size() >= MOST_DEFINED) {
      throw new Problem(
          Status.CONFLICT_409,
          "there are %d clusters already: delete one first".formatted(MOST_DEFINED));
    }
  }

  private Answer match(ServerRequest request, Principal who) {
    ClusterId name = named(request, who);
    Candidate host = candidate(request.query());
    var defined = Affiliation.defined(view);
    Belonging belonging = ClusterMatch.of(host, defined);
    boolean matches = belonging.cluster().equals(name);
    if (!matches && !defined.containsKey(name)) {
      throw undefined(name);
    }
    List<String> fits =
        ClusterMatch.fits(host, defined).stream()
            .filter(fit -> who.reaches(fit.cluster()))
            .map(Fit::toString)
            .toList();
    return Answer.of(
        who.clusters().isEmpty()
            ? new MatchAnswer(matches, belonging.cluster().text(), belonging.reason(), fits)
            : narrow(matches, belonging, who, fits));
  }

  /** For one who may not see all clusters: nothing of the scopes of others. */
  private static MatchAnswer narrow(
      boolean matches, Belonging belonging, Principal who, List<String> fits) {
    boolean seen = who.reaches(belonging.cluster());
    String first = fits.isEmpty() ? "no scope fits" : fits.getFirst() + " fits";
    return new MatchAnswer(
        matches,
        seen ? belonging.cluster().text() : "",
        seen ? first : "it belongs to a cluster that this token is not for",
        fits);
  }

  private static Candidate candidate(Parameters query) {
    try {
      HostId host = new HostId(query.first("host").orElse(""));
      String address = query.first("address").filter(text -> !text.isEmpty()).orElse("unsaid");
      String zone = query.first("zone").orElse("");
      String region = query.first("region").orElse("");
      Topology.requireWord("zone", zone);
      Topology.requireWord("region", region);
      return new Candidate(host, new HostAddress(address, 0).host(), zone, region);
    } catch (IllegalArgumentException e) {
      throw Problem.badRequest(
          e.getMessage()
              + "; ask with ?host=NAME&address=IP&zone=Z&region=R, of which all but host"
              + " may be left out");
    }
  }

  private static ClusterId named(ServerRequest request, Principal who) {
    String given = request.path().pathParameters().get("cluster");
    ClusterId name = Problem.reading(() -> new ClusterId(given));
    who.requireReach(name);
    return name;
  }

  private static Problem undefined(ClusterId name) {
    return Problem.notFound(
        "nobody has defined the cluster %s; PUT it with If-None-Match: *".formatted(name));
  }
}
