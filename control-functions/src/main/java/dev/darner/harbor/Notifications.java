package dev.darner.harbor;

import static java.util.Objects.requireNonNullElse;

import dev.darner.model.Digest;
import dev.darner.model.ImageReference;
import dev.darner.model.PreheatId;
import dev.darner.rest.Answer;
import dev.darner.rest.Body;
import dev.darner.rest.Principal;
import dev.darner.rest.Problem;
import dev.darner.rest.Resource;
import dev.darner.schema.AccessRole;
import dev.darner.schema.PreheatRequest;
import dev.darner.schema.StateException;
import dev.darner.state.Preheat;
import dev.darner.state.Seen;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The notifications of a registry, as Kraken takes them from registries and from Harbor: {@code
 * /health} and {@code /registry/notifications}. Each image that was pushed is preheated; the same
 * one not again within {@link #REPEATED}, nor while that preheat is under way. Any thread may call.
 */
final class Notifications implements HttpService {
  /** A registry repeats what was not answered in time. */
  static final Duration REPEATED = Duration.ofMinutes(5);

  private static final Duration TIMEOUT = Duration.ofHours(1);
  private static final int NAME_DIGITS = 16;
  private static final Set<String> MANIFESTS =
      Set.of(
          "application/vnd.docker.distribution.manifest.v2+json",
          "application/vnd.docker.distribution.manifest.list.v2+json",
          "application/vnd.oci.image.manifest.v1+json",
          "application/vnd.oci.image.index.v1+json");

  private final Harbor.Surroundings around;

  Notifications(Harbor.Surroundings around) {
    this.around = around;
  }

  /** What happened at a registry. */
  private record Notification(List<Event> events) {}

  /** One thing of it. */
  private record Event(String action, Target target) {}

  /** What it happened to. */
  private record Target(String mediaType, String digest, String url) {}

  /** The preheats that are for it. */
  private record Accepted(List<String> preheats) {}

  @Override
  public void routing(HttpRules rules) {
    Resource.at("/health", around.access())
        .get(AccessRole.OPERATOR, (_, _) -> Answer.of(new DragonflyJobs.Healthy("up")))
        .register(rules);
    Resource.at("/registry/notifications", around.access())
        .post(AccessRole.OPERATOR, this::take)
        .register(rules);
  }

  private Answer take(ServerRequest request, Principal who)
      throws StateException, InterruptedException {
    Notification told = Body.readForeign(request, Notification.class);
    if (told.events() == null) {
      throw Problem.badRequest("a notification has events");
    }
    Set<String> images = Problem.reading(() -> images(told));
    Set<String> preheats = new LinkedHashSet<>();
    for (String image : images) {
      preheats.add(preheat(image, who).text());
    }
    return Answer.of(new Accepted(List.copyOf(preheats)));
  }

  private static Set<String> images(Notification told) {
    Set<String> images = new LinkedHashSet<>();
    told.events().stream()
        .filter(Notifications::isPushOfManifest)
        .map(event -> image(event.target()).toString())
        .forEach(images::add);
    return images;
  }

  private static boolean isPushOfManifest(Event event) {
    return event != null
        && "push".equals(event.action())
        && event.target() != null
        && MANIFESTS.contains(requireNonNullElse(event.target().mediaType(), ""));
  }

  private static ImageReference image(Target target) {
    if (target.url() == null || target.digest() == null) {
      throw new IllegalArgumentException("the target of a push has a url and a digest");
    }
    return new ImageReference(
        ManifestUrl.repository(target.url()), Digest.parse(target.digest()).toString());
  }

  /** The preheat of an image, which is begun unless there is one. */
  private PreheatId preheat(String image, Principal who)
      throws StateException, InterruptedException {
    Instant now = around.clock().instant();
    PreheatRequest request = Harbor.request(image, Harbor.usualScope(around, who), who, TIMEOUT);
    String name = name(request);
    Optional<PreheatId> standing =
        around.view().preheats().list().stream()
            .filter(preheat -> preheat.id().text().startsWith(name))
            .filter(preheat -> isRecent(preheat, now))
            .map(Preheat::id)
            .findFirst();
    long period = now.getEpochSecond() / REPEATED.toSeconds();
    return standing.isPresent()
        ? standing.get()
        : begun(new PreheatId(name + period), request, who);
  }

  private PreheatId begun(PreheatId id, PreheatRequest request, Principal who)
      throws StateException, InterruptedException {
    try {
      var _ = around.launching().launch(who, id, request, Optional.empty(), Answer::nothing);
    } catch (Problem e) {
      // Another replica was told the same at the same time, or the store knew better.
      if (!e.status().equals(Status.CONFLICT_409) || around.view().preheats().find(id).isEmpty()) {
        throw e;
      }
    }
    return id;
  }

  private static boolean isRecent(Preheat preheat, Instant now) {
    return preheat
        .record()
        .map(Seen::record)
        .filter(record -> !record.state().isOver() || record.since().isAfter(now.minus(REPEATED)))
        .isPresent();
  }

  /** The same for whoever is told of an image for the same clusters; the period comes behind it. */
  private static String name(PreheatRequest request) {
    String what = request.images() + "\n" + request.clusters();
    String hash = Digest.sha256(what.getBytes(StandardCharsets.UTF_8)).hex();
    return "push-" + hash.substring(0, NAME_DIGITS) + "-";
  }
}
