package dev.darner.insight;

import dev.darner.state.Reach;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.List;
import java.util.function.BooleanSupplier;
import tools.jackson.databind.json.JsonMapper;

/**
 * What an orchestrator asks: {@code GET /healthz}, 200 while the process lives, and {@code GET
 * /readyz}, 200 once the state was seen. A replica that lost the state stays ready: it answers from
 * what it last saw, and says that it is degraded. Any thread may call.
 */
public final class Probes implements HttpService {
  private static final JsonMapper JSON = new JsonMapper();

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
    Insight.readOnly(rules, "/healthz", (_, response) -> send(response, new Health("up")));
    Insight.readOnly(rules, "/readyz", this::ready);
  }

  private void ready(ServerRequest request, ServerResponse response) {
    boolean now = ready.getAsBoolean();
    response.status(now ? Status.OK_200 : Status.SERVICE_UNAVAILABLE_503);
    send(response, new Readiness(now, reach.degraded(), functions));
  }

  private static void send(ServerResponse response, Record body) {
    response
        .header(HeaderNames.CONTENT_TYPE, "application/json")
        .send(JSON.writeValueAsBytes(body));
  }
}
