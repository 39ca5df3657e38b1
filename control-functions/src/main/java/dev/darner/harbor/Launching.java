package dev.darner.harbor;

import dev.darner.model.PreheatId;
import dev.darner.rest.Answer;
import dev.darner.rest.Principal;
import dev.darner.schema.PreheatRequest;
import dev.darner.schema.StateException;
import java.util.Optional;
import java.util.function.Supplier;

/** Begins preheats. Any thread may call. */
@FunctionalInterface
public interface Launching {
  /**
   * Begins one.
   *
   * @param id its name
   * @param authorization value of an Authorization for the registry
   * @param answer what to answer once it stands
   * @throws dev.darner.rest.Problem 409 when one of its name stands, no host would take part or the
   *     authorization cannot be kept; 429 when too many are under way
   */
  Answer launch(
      Principal who,
      PreheatId id,
      PreheatRequest request,
      Optional<String> authorization,
      Supplier<Answer> answer)
      throws StateException, InterruptedException;
}
