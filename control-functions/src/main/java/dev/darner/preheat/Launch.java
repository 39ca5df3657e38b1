package dev.darner.preheat;

import dev.darner.model.PreheatId;
import dev.darner.preheat.Draw.Candidate;
import dev.darner.rest.Answer;
import dev.darner.rest.Audit;
import dev.darner.rest.Principal;
import dev.darner.rest.Problem;
import dev.darner.schema.Json;
import dev.darner.schema.Key;
import dev.darner.schema.PreheatRecord;
import dev.darner.schema.PreheatRequest;
import dev.darner.schema.StateException;
import dev.darner.schema.Transaction;
import dev.darner.schema.Transaction.Condition;
import dev.darner.schema.Transaction.Put;
import dev.darner.state.ClusterView;
import dev.darner.state.Reach;
import io.helidon.http.Status;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Begins preheats, whoever asks for them by whichever interface. Any thread may call. */
public final class Launch {
  private static final int MOST_OPEN = 100;

  private final ClusterView view;
  private final Reach reach;
  private final Credentials credentials;
  private final Audit audit;
  private final InstantSource clock;

  public Launch(Preheating.Surroundings surroundings) {
    this.view = surroundings.view();
    this.reach = surroundings.reach();
    this.credentials = surroundings.credentials();
    this.audit = surroundings.audit();
    this.clock = surroundings.clock();
  }

  /**
   * Begins one.
   *
   * @param id a name that no other has
   * @param authorization value of an Authorization for all its origins
   * @param answer what to answer once it stands
   * @throws Problem 409 when its name is taken, no host that lives would take part, or the
   *     authorization cannot be kept here; 429 when too many are under way
   */
  public Answer begin(
      Principal who,
      PreheatId id,
      PreheatRequest request,
      Optional<String> authorization,
      Supplier<Answer> answer)
      throws StateException, InterruptedException {
    requireRoom();
    requireHosts(request);
    PreheatRecord record =
        PreheatRecord.begun(id, request, sealed(id, authorization), clock.instant());
    return audit.change(
        who,
        "preheat.create",
        "preheat " + id,
        () -> {
          write(record);
          return answer.get();
        });
  }

  private void requireRoom() {
    long open =
        view.preheats().list().stream()
            .flatMap(preheat -> preheat.record().stream())
            .filter(seen -> !seen.record().state().isOver())
            .count();
    if (open >= MOST_OPEN) {
      throw new Problem(
          Status.TOO_MANY_REQUESTS_429,
          "%d preheats are under way: wait for one to end, or cancel one".formatted(open));
    }
  }

  private void requireHosts(PreheatRequest request) {
    List<Candidate> alive = Driver.alive(view);
    if (Draw.of(request, alive).isEmpty()) {
      throw new Problem(
          Status.CONFLICT_409,
          "no host that is alive fits scope %s, clusters and labels; %d hosts are alive"
              .formatted(request.scope(), alive.size()));
    }
  }

  private String sealed(PreheatId id, Optional<String> authorization) {
    if (authorization.isEmpty()) {
      return "";
    }
    return credentials
        .seal(id, authorization.get())
        .orElseThrow(() ->
            new Problem(
                Status.CONFLICT_409,
                "credentials cannot be kept here: give every replica the same --secret-key-file"));
  }

  private void write(PreheatRecord record) throws StateException, InterruptedException {
    String key = new Key.Preheat(record.id()).text();
    Transaction writing =
        new Transaction(
            List.of(new Condition(key, 0)),
            List.of(new Put(key, Json.write(record), 0)),
            List.of(),
            List.of(key));
    if (!reach.within(reach.patience().reporting(), store -> store.commit(writing).written())) {
      throw new Problem(Status.CONFLICT_409, "this name is taken by now: ask again");
    }
  }
}
