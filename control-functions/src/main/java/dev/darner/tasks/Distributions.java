package dev.darner.tasks;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.darner.model.ClusterId;
import dev.darner.model.ImageReference;
import dev.darner.model.Platform;
import dev.darner.rest.Answer;
import dev.darner.rest.Body;
import dev.darner.rest.Page;
import dev.darner.rest.Principal;
import dev.darner.rest.Problem;
import dev.darner.rest.Resource;
import dev.darner.schema.AccessRole;
import dev.darner.schema.ErrandRecord;
import dev.darner.schema.ErrandRecord.Kind;
import dev.darner.schema.ErrandResultRecord;
import dev.darner.schema.HolderRecord;
import dev.darner.schema.HostRecord;
import dev.darner.schema.PreheatContentsRecord.Content;
import dev.darner.schema.StateException;
import dev.darner.state.ClusterView;
import dev.darner.state.Errand;
import dev.darner.state.Member;
import dev.darner.state.Seen;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * {@code /api/v1/distributions} and {@code /api/v1/distributions/{id}}: which hosts have how much
 * of an image. A host is asked what the image consists of, since functions dial no registry; it
 * does so with its own login and keeps the manifests, hence an operator begins it. Any thread may
 * call.
 */
final class Distributions implements HttpService {
  private static final String PATH = "/api/v1/distributions";
  private static final Duration TO_RESOLVE = Duration.ofMinutes(1);
  private static final int MOST_PLATFORMS = 16;

  private final TaskCare.Surroundings around;
  private final ClusterView view;
  private final Errandry errandry;

  Distributions(TaskCare.Surroundings around, Errandry errandry) {
    this.around = around;
    this.view = around.view();
    this.errandry = errandry;
  }

  /**
   * What is asked about.
   *
   * @param platforms of an index that count; all when left out
   * @param cluster of which a host is to find out what the image consists of; any that the asker
   *     may see when left out. Who has it is shown of all that the asker may see in any case
   */
  record Asked(String image, List<String> platforms, ClusterId cluster) {
    Asked {
      platforms = List.copyOf(requireNonNullElse(platforms, List.of()));
      if (image == null) {
        throw new IllegalArgumentException("name an image");
      }
      if (platforms.size() > MOST_PLATFORMS) {
        throw new IllegalArgumentException("at most %d platforms".formatted(MOST_PLATFORMS));
      }
      platforms.forEach(Platform::new);
    }
  }

  /** Whether it is known what the image consists of. */
  enum State {
    RESOLVING,
    RESOLVED,
    FAILED
  }

  /** How many hosts have something of it, and how many all. */
  private record HostCounts(int all, int whole) {}

  /**
   * An image and where it is.
   *
   * @param resolver the host that found out what it consists of, or was asked to
   * @param cause why that is not known; empty otherwise
   * @param contents how many there are
   * @param size of all, in bytes
   */
  private record Distribution(
      String id,
      String image,
      List<String> platforms,
      State state,
      String resolver,
      String cause,
      int contents,
      long size,
      HostCounts hostCounts,
      List<HostItem> hosts,
      @JsonProperty("continue") @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<String> next,
      boolean degraded) {}

  /**
   * A host that has something of it.
   *
   * @param whole it has all, verified
   * @param contents how many it has whole
   * @param bytes about how many
   */
  private record HostItem(
      String cluster, String host, boolean seed, boolean whole, int contents, long bytes) {}

  @Override
  public void routing(HttpRules rules) {
    Resource.at(PATH, around.access()).post(AccessRole.OPERATOR, this::ask).register(rules);
    Resource.at(PATH + "/{id}", around.access()).get(AccessRole.VIEWER, this::show).register(rules);
  }

  private Answer ask(ServerRequest request, Principal who)
      throws StateException, InterruptedException {
    Asked asked = Body.read(request, Asked.class);
    String image = image(asked.image());
    Optional<ClusterId> only = Optional.ofNullable(asked.cluster());
    only.ifPresent(who::requireReach);
    errandry.requireRoom(Kind.RESOLVE);
    Instant now = errandry.now();
    ErrandRecord record =
        new ErrandRecord(
            errandry.name(Kind.RESOLVE, now),
            Kind.RESOLVE,
            null,
            image,
            asked.platforms(),
            List.of(resolver(who, only).toString()),
            now,
            TO_RESOLVE.toSeconds());
    Page page = Page.of(request.query());
    return around
        .audit()
        .change(
            who,
            "image.resolve",
            "%s by %s, distribution %s".formatted(image, record.hosts().getFirst(), record.id()),
            () ->
                Answer.created(PATH + "/" + record.id(), shown(errandry.begin(record), who, page)));
  }

  private static String image(String text) {
    return Problem.reading(() -> ImageReference.parse(text).toString());
  }

  /** Any seed, or any host where there is no seed: who asks again may get another. */
  private Member resolver(Principal who, Optional<ClusterId> only) {
    List<HostRecord> hosts = hosts(who, only).toList();
    List<HostRecord> seeds = hosts.stream().filter(HostRecord::seed).toList();
    List<HostRecord> able = seeds.isEmpty() ? hosts : seeds;
    if (able.isEmpty()) {
      throw new Problem(
          Status.CONFLICT_409, "no host is alive that could find out what the image consists of");
    }
    HostRecord drawn = able.get(around.chance().nextInt(able.size()));
    return new Member(drawn.cluster(), drawn.host());
  }

  private Stream<HostRecord> hosts(Principal who, Optional<ClusterId> only) {
    return view.clusters().stream()
        .filter(cluster -> only.isEmpty() || only.get().equals(cluster))
        .filter(who::reaches)
        .flatMap(cluster -> view.cluster(cluster).roster().hosts().stream());
  }

  private Answer show(ServerRequest request, Principal who)
      throws StateException, InterruptedException {
    String id = request.path().pathParameters().get("id");
    Page page = Page.of(request.query());
    return Answer.of(shown(errandry.find(id, Kind.RESOLVE, who), who, page));
  }

  private Distribution shown(Errand errand, Principal who, Page page) {
    ErrandRecord record = errand.record().orElseThrow().record();
    Optional<ErrandResultRecord> result =
        errand.results().values().stream().map(Seen::record).findFirst();
    List<Content> contents = result.map(ErrandResultRecord::contents).orElse(List.of());
    List<HostItem> hosts =
        contents.isEmpty()
            ? List.of()
            : hosts(who, Optional.empty())
                .map(host -> item(host, contents))
                .filter(host -> host.contents() > 0 || host.bytes() > 0)
                .toList();
    Page.Cut<HostItem> cut = page.cut(hosts.stream(), host -> host.cluster() + "/" + host.host());
    int whole = (int) hosts.stream().filter(HostItem::whole).count();
    return new Distribution(
        record.id(),
        record.image(),
        record.platforms(),
        state(errand, result),
        record.hosts().getFirst(),
        cause(errand, result),
        contents.size(),
        contents.stream().mapToLong(Content::size).sum(),
        new HostCounts(hosts.size(), whole),
        cut.items(),
        cut.next(),
        around.reach().degraded());
  }

  private State state(Errand errand, Optional<ErrandResultRecord> result) {
    if (result.isPresent()) {
      return result.get().done() ? State.RESOLVED : State.FAILED;
    }
    return errand.isOver(errandry.now()) ? State.FAILED : State.RESOLVING;
  }

  private String cause(Errand errand, Optional<ErrandResultRecord> result) {
    boolean silent = result.isEmpty() && errand.isOver(errandry.now());
    return silent
        ? "the host that was asked did not answer in time"
        : result.map(ErrandResultRecord::cause).orElse("");
  }

  private HostItem item(HostRecord host, List<Content> contents) {
    int whole = 0;
    long bytes = 0;
    for (Content content : contents) {
      Optional<Held> held = held(host, content);
      whole += held.filter(Held::sealed).isPresent() ? 1 : 0;
      bytes += held.map(Held::bytes).orElse(0L);
    }
    return new HostItem(
        host.cluster().text(),
        host.host().text(),
        host.seed(),
        whole == contents.size(),
        whole,
        bytes);
  }

  /** How much of a content a host has. */
  private record Held(boolean sealed, long bytes) {}

  private Optional<Held> held(HostRecord host, Content content) {
    return view.cluster(host.cluster())
        .swarm(content.task())
        .holder(host.host())
        .map(Seen::record)
        .map(holder ->
            new Held(
                holder.sealed(),
                holder.sealed()
                    ? content.size()
                    : content.size() / HolderRecord.FULL_BAND * holder.band()));
  }
}
