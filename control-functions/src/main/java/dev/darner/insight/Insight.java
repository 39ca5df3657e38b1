package dev.darner.insight;

import dev.darner.rest.Access;
import dev.darner.rest.Answer;
import dev.darner.rest.Page;
import dev.darner.rest.Principal;
import dev.darner.rest.Resource;
import dev.darner.schema.AccessRole;
import dev.darner.state.ClusterView;
import dev.darner.state.Reach;
import io.helidon.common.parameters.Parameters;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;

/**
 * The read-only REST interface: {@code GET /api/v1/hosts} and {@code GET /api/v1/tasks}, each with
 * {@code cluster}, {@code limit} and {@code continue} in the query, the tasks with {@code image},
 * {@code url} and {@code digest} too. Whoever may see only some clusters is shown those. Any thread
 * may call.
 */
public final class Insight implements HttpService {
  private final ClusterView view;
  private final Listing listing;
  private final Reach reach;
  private final Access access;

  public Insight(ClusterView view, Reach reach, Access access) {
    this.view = view;
    this.listing = new Listing(view);
    this.reach = reach;
    this.access = access;
  }

  @Override
  public void routing(HttpRules rules) {
    Resource.at("/api/v1/hosts", access).get(AccessRole.VIEWER, this::hosts).register(rules);
    Resource.at("/api/v1/tasks", access).get(AccessRole.VIEWER, this::tasks).register(rules);
  }

  private Answer hosts(ServerRequest request, Principal who) {
    Parameters query = request.query();
    return Answer.of(
        listing.hosts(
            who.asked(query, view.clusters()).stream(), Page.of(query), reach.degraded()));
  }

  private Answer tasks(ServerRequest request, Principal who) {
    Parameters query = request.query();
    return Answer.of(
        listing.tasks(
            who.asked(query, view.clusters()).stream(),
            TaskFilter.of(query),
            Page.of(query),
            reach.degraded()));
  }
}
