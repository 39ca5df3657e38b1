package dev.darner.harbor;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.darner.rest.Answer;
import dev.darner.rest.Body;
import dev.darner.rest.Principal;
import dev.darner.rest.Problem;
import dev.darner.rest.Resource;
import dev.darner.schema.AccessRole;
import dev.darner.schema.PreheatRequest;
import dev.darner.schema.PreheatScope;
import dev.darner.schema.StateException;
import dev.darner.state.Preheat;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The jobs of Dragonfly, as Harbor asks for them since 2.12: {@code /healthy}, {@code
 * /oapi/v1/jobs} and {@code /oapi/v1/jobs/{id}}. Any thread may call.
 */
final class DragonflyJobs implements HttpService {
  private static final String PATH = "/oapi/v1/jobs";
  private static final String PREHEAT = "preheat";

  private final Harbor.Surroundings around;
  private final Numbered jobs;

  DragonflyJobs(Harbor.Surroundings around, Numbered jobs) {
    this.around = around;
    this.jobs = jobs;
  }

  /** What is asked for. */
  record Asked(
      String type,
      Args args,
      @JsonProperty("scheduler_cluster_ids") List<Long> schedulerClusterIds) {}

  /**
   * How.
   *
   * @param url of a manifest
   * @param headers for the registry
   * @param timeout nanoseconds; 0 for as long as Harbor waits
   */
  record Args(String type, String url, Map<String, String> headers, String scope, Long timeout) {
    Args {
      headers = requireNonNullElse(headers, Map.of());
      scope = requireNonNullElse(scope, "");
    }

    /** Without the headers. */
    @Override
    public String toString() {
      return "Args[%s, %s]".formatted(type, scope);
    }
  }

  @Override
  public void routing(HttpRules rules) {
    // Who may not preheat learns it from Harbor's own test of the connection.
    Resource.at("/healthy", around.access())
        .get(AccessRole.OPERATOR, (_, _) -> Answer.of(new Healthy("up")))
        .register(rules);
    Resource.at(PATH, around.access()).post(AccessRole.OPERATOR, this::begin).register(rules);
    Resource.at(PATH + "/{id}", around.access()).get(AccessRole.VIEWER, this::show).register(rules);
  }

  /** That it can be asked. */
  record Healthy(String status) {}

  private Answer begin(ServerRequest request, Principal who)
      throws StateException, InterruptedException {
    Asked asked = Body.readForeign(request, Asked.class);
    Args args = checked(asked);
    PreheatRequest wanted = Problem.reading(() -> wanted(args, who));
    Optional<String> authorization =
        Problem.reading(() -> RegistryHeaders.authorization(args.headers()));
    return jobs.begin(
        who,
        wanted,
        authorization,
        number -> Answer.of(JobReport.begun(number, around.clock().instant())));
  }

  private PreheatRequest wanted(Args args, Principal who) {
    String image = ManifestUrl.image(args.url()).toString();
    return Harbor.request(image, scope(args.scope(), who), who, timeout(args));
  }

  private static Args checked(Asked asked) {
    if (!PREHEAT.equals(asked.type()) || asked.args() == null) {
      throw Problem.badRequest("a job is of type \"preheat\" here, and has args");
    }
    if (!"image".equals(asked.args().type())) {
      throw Problem.badRequest(
          "args.type is \"image\" here; files are preheated by POST /api/v1/preheats");
    }
    if (!requireNonNullElse(asked.schedulerClusterIds(), List.of()).isEmpty()) {
      throw Problem.badRequest(
          "clusters have names here, no scheduler_cluster_ids: leave them out, and give Harbor a"
              + " token that is bound to the clusters");
    }
    return asked.args();
  }

  private PreheatScope scope(String scope, Principal who) {
    return switch (scope) {
      case "" -> Harbor.usualScope(around, who);
      case "single_seed_peer" -> PreheatScope.ONE_SEED;
      case "all_seed_peers" -> PreheatScope.ALL_SEEDS;
      case "all_peers" -> PreheatScope.ALL_HOSTS;
      default ->
          throw new IllegalArgumentException(
              "args.scope is single_seed_peer, all_seed_peers, all_peers or empty");
    };
  }

  private static Duration timeout(Args args) {
    long nanos = args.timeout() == null ? 0 : args.timeout();
    if (nanos == 0) {
      return Harbor.PATIENCE;
    }
    Duration given = Duration.ofNanos(nanos);
    if (given.compareTo(Harbor.SHORTEST) < 0 || given.compareTo(Harbor.LONGEST) > 0) {
      throw new IllegalArgumentException(
          "args.timeout is in nanoseconds, 10 s to 7 days, or 0 for half an hour");
    }
    return given;
  }

  private Answer show(ServerRequest request, Principal who)
      throws StateException, InterruptedException {
    String number = request.path().pathParameters().get("id");
    Preheat found = jobs.find(number, who);
    return Answer.of(JobReport.of(Long.parseLong(number), found, around.view()));
  }
}
