package dev.darner.harbor;

import dev.darner.model.ClusterId;
import dev.darner.rest.Access;
import dev.darner.rest.Principal;
import dev.darner.schema.PreheatRequest;
import dev.darner.schema.PreheatScope;
import dev.darner.state.ClusterView;
import dev.darner.state.Reach;
import io.helidon.webserver.http.HttpService;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A preheat provider for Harbor: its doors, and what they share. Any thread may call. */
public final class Harbor {
  /** So long Harbor asks how far a preheat is, before it takes it for failed. */
  static final Duration PATIENCE = Duration.ofMinutes(30);

  static final Duration SHORTEST = Duration.ofSeconds(10);
  static final Duration LONGEST = Duration.ofDays(7);
  private static final int USUAL_PRIORITY = 5;

  private final Surroundings around;

  /**
   * What it works with.
   *
   * @param access who may ask
   * @param launching begins preheats
   * @param scope of preheats that name none; empty for every seed, or every host where there is no
   *     seed
   */
  public record Surroundings(
      ClusterView view,
      Reach reach,
      Access access,
      Launching launching,
      Optional<PreheatScope> scope,
      InstantSource clock) {}

  public Harbor(Surroundings around) {
    this.around = around;
  }

  /** All routes that Harbor asks at. */
  public List<HttpService> pages() {
    Numbered numbered = new Numbered(around);
    return List.of(
        new DragonflyJobs(around, numbered),
        new DragonflyPreheats(around, numbered),
        new Notifications(around));
  }

  /** A request for one image on all that somebody may reach. */
  static PreheatRequest request(String image, PreheatScope scope, Principal who, Duration timeout) {
    return new PreheatRequest(
        List.of(image),
        List.of(),
        Map.of(),
        List.of(),
        scope,
        who.clusters().stream().map(ClusterId::text).sorted().toList(),
        Map.of(),
        0,
        0,
        USUAL_PRIORITY,
        timeout.toSeconds());
  }

  /** The scope of who names none. */
  static PreheatScope usualScope(Surroundings around, Principal who) {
    ClusterView view = around.view();
    boolean seeds =
        view.clusters().stream()
            .filter(who::reaches)
            .anyMatch(cluster -> !view.cluster(cluster).seeds().isEmpty());
    return around.scope().orElse(seeds ? PreheatScope.ALL_SEEDS : PreheatScope.ALL_HOSTS);
  }
}
