package dev.darner.harbor;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.darner.model.ImageReference;
import dev.darner.rest.Answer;
import dev.darner.rest.Body;
import dev.darner.rest.Principal;
import dev.darner.rest.Problem;
import dev.darner.rest.Resource;
import dev.darner.schema.AccessRole;
import dev.darner.schema.PreheatRecord;
import dev.darner.schema.PreheatRequest;
import dev.darner.schema.PreheatState;
import dev.darner.schema.StateException;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import java.util.Map;
import java.util.Optional;

/**
 * The preheats of earlier Dragonflies, as Harbor asks for them before 2.12: {@code /_ping}, {@code
 * /preheats} and {@code /preheats/{id}}. Any thread may call.
 */
final class DragonflyPreheats implements HttpService {
  private static final String PATH = "/preheats";

  private final Harbor.Surroundings around;
  private final Numbered preheats;

  DragonflyPreheats(Harbor.Surroundings around, Numbered preheats) {
    this.around = around;
    this.preheats = preheats;
  }

  /** What is asked for; a digest counts more than the tag of the url. */
  record Asked(String type, String url, Map<String, String> headers, String digest) {
    Asked {
      headers = requireNonNullElse(headers, Map.of());
      digest = requireNonNullElse(digest, "");
    }

    /** Without the headers. */
    @Override
    public String toString() {
      return "Asked[%s]".formatted(type);
    }
  }

  /** That it was begun. */
  private record Begun(@JsonProperty("ID") String id) {}

  /** How far it is; the times as RFC 3339. */
  private record Standing(
      @JsonProperty("ID") String id,
      @JsonProperty("startTime") String startTime,
      @JsonProperty("finishTime") @JsonInclude(JsonInclude.Include.NON_NULL) String finishTime,
      @JsonProperty("errorMsg") String errorMsg,
      @JsonProperty("Status") String status) {}

  @Override
  public void routing(HttpRules rules) {
    Resource.at("/_ping", around.access())
        .get(AccessRole.OPERATOR, (_, _) -> Answer.of(new DragonflyJobs.Healthy("up")))
        .register(rules);
    Resource.at(PATH, around.access()).post(AccessRole.OPERATOR, this::begin).register(rules);
    Resource.at(PATH + "/{id}", around.access()).get(AccessRole.VIEWER, this::show).register(rules);
  }

  private Answer begin(ServerRequest request, Principal who)
      throws StateException, InterruptedException {
    Asked asked = Body.readForeign(request, Asked.class);
    if (!"image".equals(asked.type())) {
      throw Problem.badRequest(
          "type is \"image\" here; files are preheated by POST /api/v1/preheats");
    }
    PreheatRequest wanted = Problem.reading(() -> wanted(asked, who));
    Optional<String> authorization =
        Problem.reading(() -> RegistryHeaders.authorization(asked.headers()));
    return preheats.begin(
        who, wanted, authorization, number -> Answer.of(new Begun(Long.toString(number))));
  }

  private PreheatRequest wanted(Asked asked, Principal who) {
    return Harbor.request(image(asked), Harbor.usualScope(around, who), who, Harbor.PATIENCE);
  }

  private static String image(Asked asked) {
    ImageReference tagged = ManifestUrl.image(asked.url());
    return asked.digest().isEmpty()
        ? tagged.toString()
        : new ImageReference(tagged.repository(), asked.digest()).toString();
  }

  private Answer show(ServerRequest request, Principal who)
      throws StateException, InterruptedException {
    String id = request.path().pathParameters().get("id");
    PreheatRecord record = preheats.find(id, who).record().orElseThrow().record();
    return Answer.of(
        new Standing(
            id,
            record.since().toString(),
            record.ended() == null ? null : record.ended().toString(),
            String.join("; ", record.causes()),
            status(record.state())));
  }

  private static String status(PreheatState state) {
    return switch (state) {
      case RESOLVING -> "WAITING";
      case RUNNING -> "RUNNING";
      case SUCCESS -> "SUCCESS";
      case PARTIAL, FAILED, CANCELLED -> "FAILED";
    };
  }
}
