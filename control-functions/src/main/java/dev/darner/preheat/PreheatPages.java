package dev.darner.preheat;

import dev.darner.model.ClusterId;
import dev.darner.model.PreheatId;
import dev.darner.rest.Access;
import dev.darner.rest.Answer;
import dev.darner.rest.Audit;
import dev.darner.rest.Body;
import dev.darner.rest.Page;
import dev.darner.rest.Principal;
import dev.darner.rest.Problem;
import dev.darner.rest.Resource;
import dev.darner.schema.AccessRole;
import dev.darner.schema.Json;
import dev.darner.schema.Key;
import dev.darner.schema.PreheatRecord;
import dev.darner.schema.PreheatRequest;
import dev.darner.schema.PreheatState;
import dev.darner.schema.PreheatSums;
import dev.darner.schema.StateException;
import dev.darner.schema.Transaction;
import dev.darner.schema.Transaction.Condition;
import dev.darner.schema.Transaction.Put;
import dev.darner.state.ClusterView;
import dev.darner.state.Preheat;
import dev.darner.state.Reach;
import dev.darner.state.Seen;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The REST interface of preheats: {@code /api/v1/preheats}, {@code /api/v1/preheats/{id}} and its
 * {@code events}. Any thread may call.
 */
final class PreheatPages implements HttpService {
  private static final String PATH = "/api/v1/preheats";
  private static final int CANCEL_TRIES = 5;
  private static final DateTimeFormatter ID_TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd't'HHmmss'z'").withZone(ZoneOffset.UTC);

  private final ClusterView view;
  private final Reach reach;
  private final Access access;
  private final Audit audit;
  private final InstantSource clock;
  private final RandomGenerator chance;
  private final Launch launch;

  /**
   * @param surroundings what it works with
   * @param chance for names of preheats; safe for use by many threads
   */
  PreheatPages(Preheating.Surroundings surroundings, RandomGenerator chance) {
    this.view = surroundings.view();
    this.reach = surroundings.reach();
    this.access = surroundings.access();
    this.audit = surroundings.audit();
    this.clock = surroundings.clock();
    this.launch = new Launch(surroundings);
    this.chance = chance;
  }

  @Override
  public void routing(HttpRules rules) {
    Resource.at(PATH, access)
        .get(AccessRole.VIEWER, this::list)
        .post(AccessRole.OPERATOR, this::begin)
        .register(rules);
    Resource.at(PATH + "/{id}", access)
        .get(AccessRole.VIEWER, this::show)
        .delete(AccessRole.OPERATOR, this::cancel)
        .register(rules);
    Events events = new Events(view, access);
    rules.get(
        PATH + "/{id}/events", (request, response) -> events.answer(request, response, this::find));
  }

  private Answer list(ServerRequest request, Principal who) {
    Page.Cut<Preheat> cut =
        Page.of(request.query())
            .cut(
                view.preheats().list().stream().filter(preheat -> reaches(who, preheat)),
                preheat -> preheat.id().text());
    List<Shown.Item> items =
        cut.items().stream().flatMap(preheat -> Shown.item(preheat).stream()).toList();
    return Answer.of(new Shown.Items(items, cut.next().orElse(null), reach.degraded()));
  }

  private static boolean reaches(Principal who, Preheat preheat) {
    List<String> clusters =
        preheat.record().map(seen -> seen.record().request().clusters()).orElse(List.of());
    return who.reachesAll(clusters.stream().map(ClusterId::new).toList());
  }

  private Answer show(ServerRequest request, Principal who) {
    Preheat preheat = find(request, who);
    return Shown.whole(preheat, Page.of(request.query()), reach.degraded())
        .map(Answer::of)
        .orElseThrow(() -> unknown(preheat.id().text()));
  }

  private Preheat find(ServerRequest request, Principal who) {
    Preheat preheat = find(request);
    if (!reaches(who, preheat)) {
      throw new Problem(Status.FORBIDDEN_403, "this token is not for all clusters of the preheat");
    }
    return preheat;
  }

  private Preheat find(ServerRequest request) {
    String id = request.path().pathParameters().get("id");
    return view.preheats()
        .find(Problem.reading(() -> new PreheatId(id)))
        .orElseThrow(() -> unknown(id));
  }

  private static Problem unknown(String id) {
    return Problem.notFound("there is no preheat " + id + "; those that are long over are removed");
  }

  private Answer begin(ServerRequest request, Principal who)
      throws StateException, InterruptedException {
    Wanted wanted = Body.read(request, Wanted.class);
    PreheatRequest checked = checked(wanted, who);
    PreheatId id = wanted.id() == null ? named(clock.instant()) : wanted.id();
    Launch.Intent intent = new Launch.Intent(checked, wanted.awaited(), wanted.authorization());
    return launch.begin(
        who,
        id,
        intent,
        fresh -> fresh ? Answer.created(PATH + "/" + id, item(id)) : Answer.of(item(id)));
  }

  private PreheatId named(Instant now) {
    return new PreheatId(ID_TIME.format(now) + "-%08x".formatted(chance.nextInt()));
  }

  private static PreheatRequest checked(Wanted wanted, Principal who) {
    if (wanted.clusters() != null) {
      wanted.clusters().forEach(who::requireReach);
    }
    return Problem.reading(() -> wanted.request(who.clusters()));
  }

  private Shown.Item item(PreheatId id) {
    return view.preheats().find(id).flatMap(Shown::item).orElseThrow(() -> unknown(id.text()));
  }

  private Answer cancel(ServerRequest request, Principal who)
      throws StateException, InterruptedException {
    Preheat preheat = find(request, who);
    if (preheat.record().filter(seen -> seen.record().state().isOver()).isPresent()) {
      return Answer.of(item(preheat.id()));
    }
    return audit.change(
        who, "preheat.cancel", "preheat " + preheat.id(), () -> cancelled(preheat.id()));
  }

  /** One that is over stays as it is. */
  private Answer cancelled(PreheatId id) throws StateException, InterruptedException {
    for (int attempt = 0; attempt < CANCEL_TRIES; attempt++) {
      Seen<PreheatRecord> seen =
          view.preheats().find(id).flatMap(Preheat::record).orElseThrow(() -> unknown(id.text()));
      if (seen.record().state().isOver() || cancelled(seen)) {
        return Answer.of(item(id));
      }
    }
    throw new Problem(Status.CONFLICT_409, "it changes too often: ask again");
  }

  private boolean cancelled(Seen<PreheatRecord> seen) throws StateException, InterruptedException {
    PreheatId id = seen.record().id();
    PreheatSums sums = view.preheats().find(id).map(Tally::of).orElse(PreheatSums.NONE);
    List<String> why = List.of("it was cancelled");
    PreheatRecord over = seen.record().over(PreheatState.CANCELLED, sums, why, clock.instant());
    String key = new Key.Preheat(over.id()).text();
    Transaction writing =
        new Transaction(
            List.of(new Condition(key, seen.revision())),
            List.of(new Put(key, Json.write(over), 0)),
            List.of(new Key.PreheatClaim(over.id()).text()),
            List.of(key));
    return reach.within(reach.patience().reporting(), store -> store.commit(writing).written());
  }
}
