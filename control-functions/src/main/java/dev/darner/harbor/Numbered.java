package dev.darner.harbor;

import dev.darner.model.ClusterId;
import dev.darner.model.PreheatId;
import dev.darner.model.Quoted;
import dev.darner.rest.Answer;
import dev.darner.rest.Principal;
import dev.darner.rest.Problem;
import dev.darner.schema.Key;
import dev.darner.schema.PreheatRequest;
import dev.darner.schema.StateException;
import dev.darner.schema.Transaction;
import dev.darner.state.Preheat;
import dev.darner.state.Reach;
import io.helidon.http.Status;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.regex.Pattern;

/**
 * Preheats that are known by a number: the one of number 7 is named {@code harbor-7}, so that any
 * replica finds it without remembering anything. A number is the millisecond in which the preheat
 * was begun, or the next that is free; it fits a double. Any thread may call.
 */
final class Numbered {
  private static final String PREFIX = "harbor-";

  /** A millisecond from 2001 to 2286. */
  private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{12}");

  private static final int TRIES = 20;

  private final Harbor.Surroundings around;

  Numbered(Harbor.Surroundings around) {
    this.around = around;
  }

  /**
   * Begins one under the first free number.
   *
   * @param answer makes the answer of the number
   */
  Answer begin(
      Principal who,
      PreheatRequest request,
      Optional<String> authorization,
      LongFunction<Answer> answer)
      throws StateException, InterruptedException {
    long number = firstFree(around.clock().millis());
    for (int attempt = 1; ; attempt++) {
      long tried = number;
      PreheatId id = id(tried);
      try {
        return around
            .launching()
            .launch(who, id, request, authorization, () -> answer.apply(tried));
      } catch (Problem e) {
        if (!isTaken(e, id) || attempt == TRIES) {
          throw e;
        }
      }
      number++;
    }
  }

  /** As the view knows; the store may know better. */
  private long firstFree(long first) {
    long number = first;
    while (around.view().preheats().find(id(number)).isPresent()) {
      number++;
    }
    return number;
  }

  private boolean isTaken(Problem problem, PreheatId id) {
    return problem.status().equals(Status.CONFLICT_409)
        && around.view().preheats().find(id).isPresent();
  }

  /**
   * The one of a number. One that the view does not show yet is looked for in the store: Harbor
   * asks whichever replica, and does not ask again after a 404.
   *
   * @throws Problem 404 when there is none, 403 when it is not for who asks
   */
  Preheat find(String number, Principal who) throws StateException, InterruptedException {
    if (!NUMBER.matcher(number).matches()) {
      throw Problem.notFound("the id of a job is a number of 13 digits, not " + Quoted.of(number));
    }
    PreheatId id = id(Long.parseLong(number));
    Optional<Preheat> shown = around.view().preheats().find(id);
    Preheat found =
        (shown.isPresent() ? shown : lookedUp(id))
            .orElseThrow(() ->
                Problem.notFound(
                    "there is no job %s; those that are long over are removed".formatted(number)));
    if (!reaches(who, found)) {
      throw new Problem(Status.FORBIDDEN_403, "this token is not for all clusters of the job");
    }
    return found;
  }

  private Optional<Preheat> lookedUp(PreheatId id) throws StateException, InterruptedException {
    Reach reach = around.reach();
    Transaction reading = Transaction.reading(List.of(new Key.Preheat(id).text()));
    var _ = reach.within(reach.patience().reporting(), store -> store.commit(reading));
    return around.view().preheats().find(id);
  }

  private static boolean reaches(Principal who, Preheat preheat) {
    List<String> clusters = preheat.record().orElseThrow().record().request().clusters();
    return who.reachesAll(clusters.stream().map(ClusterId::new).toList());
  }

  private static PreheatId id(long number) {
    return new PreheatId(PREFIX + number);
  }
}
