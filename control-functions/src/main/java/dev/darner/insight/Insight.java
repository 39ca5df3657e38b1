package dev.darner.insight;

import dev.darner.model.ClusterId;
import dev.darner.state.ClusterView;
import dev.darner.state.Reach;
import io.helidon.common.parameters.Parameters;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.json.JsonMapper;

/**
 * The read-only REST interface: {@code GET /api/v1/hosts} and {@code GET /api/v1/tasks}, each with
 * {@code cluster}, {@code limit} and {@code continue} in the query. Any thread may call.
 */
public final class Insight implements HttpService {
  private static final JsonMapper JSON = new JsonMapper();

  private final Listing listing;
  private final Reach reach;

  public Insight(ClusterView view, Reach reach) {
    this.listing = new Listing(view);
    this.reach = reach;
  }

  @Override
  public void routing(HttpRules rules) {
    readOnly(rules, "/api/v1/hosts", answering(this::hosts));
    readOnly(rules, "/api/v1/tasks", answering(this::tasks));
  }

  /** Serves GET and HEAD of a path; every other method is told so. */
  static void readOnly(HttpRules rules, String path, Handler handler) {
    rules.get(path, handler);
    rules.head(path, handler);
    rules.any(path, Insight::notAllowed);
  }

  private static void notAllowed(ServerRequest request, ServerResponse response) {
    response.header(HeaderNames.ALLOW, "GET, HEAD");
    new Problem(Status.METHOD_NOT_ALLOWED_405, "%s is read only".formatted(request.path().path()))
        .send(response);
  }

  private static Handler answering(Function<Parameters, Record> question) {
    return (request, response) ->
        response
            .header(HeaderNames.CONTENT_TYPE, "application/json")
            .send(JSON.writeValueAsBytes(question.apply(request.query())));
  }

  private Record hosts(Parameters query) {
    return listing.hosts(cluster(query), Page.of(query), reach.degraded());
  }

  private Record tasks(Parameters query) {
    return listing.tasks(cluster(query), Page.of(query), reach.degraded());
  }

  private static Optional<ClusterId> cluster(Parameters query) {
    try {
      return query.first("cluster").map(ClusterId::new);
    } catch (IllegalArgumentException e) {
      throw new Problem(Status.BAD_REQUEST_400, e.getMessage());
    }
  }
}
