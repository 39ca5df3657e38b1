package dev.darner.insight;

import dev.darner.rest.Access;
import dev.darner.rest.Answer;
import dev.darner.rest.Resource;
import dev.darner.schema.AccessRole;
import dev.darner.state.Reach;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * What an orchestrator asks, without a token: {@code GET /healthz}, 200 while the process lives,
 * and {@code GET /readyz}, 200 once the state was seen. A replica that lost the state stays ready:
 * it answers from what it last saw, and says that it is degraded. Any thread may call.
 */
public final class Probes implements HttpService {
  private final BooleanSupplier ready;
  private final Reach reach;
  private final List<String> functions;

  /**
   * @param ready whether the state was seen, and whatever else must come first
   * @param functions names of those that this process serves
   */
  public Probes(BooleanSupplier ready, Reach reach, List<String> functions) {
    this.ready = ready;
    this.reach = reach;
    this.functions = List.copyOf(functions);
  }

  /** That the process lives. */
  private record Health(String status) {}

  /** Whether it can answer, and from what. */
  private record Readiness(boolean ready, boolean degraded, List<String> functions) {}

  @Override
  public void routing(HttpRules rules) {
    Resource.at("/healthz", Access.OPEN)
        .get(AccessRole.VIEWER, (_, _) -> Answer.of(new Health("up")))
        .register(rules);
    Resource.at("/readyz", Access.OPEN)
        .get(AccessRole.VIEWER, (_, _) -> readiness())
        .register(rules);
  }

  private Answer readiness() {
    boolean now = ready.getAsBoolean();
    return Answer.of(
        now ? Status.OK_200 : Status.SERVICE_UNAVAILABLE_503,
        new Readiness(now, reach.degraded(), functions));
  }
}
