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
import dev.darner.state.ClusterView;
import dev.darner.state.Preheat;
import dev.darner.state.Reach;
import dev.darner.state.Seen;
import io.helidon.http.Status;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Begins preheats, whoever asks for them by whichever interface. Any thread may call. */
public final class Launch {
  private static final int MOST_OPEN = 100;

  /** Hosts of all that are under way: each has a key for each of its preheats. */
  private static final int MOST_HOSTS = 100_000;

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
   * What shall be begun.
   *
   * @param request what shall be brought where
   * @param awaited clusters that were named
   * @param authorization value of an Authorization for all its origins
   */
  public record Intent(
      PreheatRequest request, List<String> awaited, Optional<String> authorization) {
    public Intent {
      awaited = List.copyOf(awaited);
    }
  }

  /** What is answered once one stands. */
  @FunctionalInterface
  public interface Answering {
    /**
     * Answers.
     *
     * @param fresh it was begun now, and did not stand already
     */
    Answer answer(boolean fresh);
  }

  /**
   * Begins one, unless one of that name stands for the same request: its first answer was lost
   * then.
   *
   * @throws Problem 409 when another has its name, no host that lives would take part, or the
   *     authorization cannot be kept here; 429 when too many are under way
   */
  public Answer begin(Principal who, PreheatId id, Intent intent, Answering answering)
      throws StateException, InterruptedException {
    if (stands(id, intent.request())) {
      return answering.answer(false);
    }
    int hosts = requireHosts(intent.request());
    requireRoom(hosts);
    PreheatRecord record =
        PreheatRecord.begun(
            id,
            intent.request(),
            intent.awaited(),
            hosts,
            sealed(id, intent.authorization()),
            clock.instant());
    return audit.change(
        who, "preheat.create", "preheat " + id, () -> answering.answer(write(record)));
  }

  private boolean stands(PreheatId id, PreheatRequest wanted) {
    Optional<PreheatRecord> standing =
        view.preheats().find(id).flatMap(Preheat::record).map(Seen::record);
    if (standing.isPresent() && !standing.get().request().equals(wanted)) {
      throw new Problem(
          Status.CONFLICT_409, "another preheat has the id " + id + ": choose one, or give none");
    }
    return standing.isPresent();
  }

  private void requireRoom(int more) {
    List<Preheat> open = view.preheats().open();
    int hosts =
        open.stream()
            .flatMap(preheat -> preheat.record().stream())
            .mapToInt(seen -> seen.record().expected())
            .sum();
    if (open.size() >= MOST_OPEN || (!open.isEmpty() && hosts + more > MOST_HOSTS)) {
      throw new Problem(
          Status.TOO_MANY_REQUESTS_429,
          "%d preheats of %d hosts are under way: wait for one to end, or cancel one"
              .formatted(open.size(), hosts));
    }
  }

  /** So many hosts it would have now. */
  private int requireHosts(PreheatRequest request) {
    List<Candidate> alive = Driver.alive(view);
    int drawn = Draw.of(request, alive).size();
    if (drawn == 0) {
      throw new Problem(
          Status.CONFLICT_409,
          "no host that is alive fits scope %s, clusters and labels; %d hosts are alive"
              .formatted(request.scope(), alive.size()));
    }
    return drawn;
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

  /** Whether it was begun now; otherwise it stands already. */
  private boolean write(PreheatRecord record) throws StateException, InterruptedException {
    Transaction writing =
        Transaction.creating(new Key.Preheat(record.id()).text(), Json.write(record));
    boolean written =
        reach.within(reach.patience().reporting(), store -> store.commit(writing).written());
    if (!written && !stands(record.id(), record.request())) {
      throw new Problem(Status.CONFLICT_409, "it went again: ask once more");
    }
    return written;
  }
}
