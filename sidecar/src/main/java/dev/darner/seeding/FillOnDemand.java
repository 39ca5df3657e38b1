package dev.darner.seeding;

import dev.darner.model.BlobRef;
import dev.darner.store.Content;
import java.util.concurrent.CompletableFuture;

/** Fills what a peer asks of this host and this host lacks. The seam between giving and filling. */
@FunctionalInterface
public interface FillOnDemand {

  /**
   * Starts to fill a task, or joins the filling that is under way. It asks functions, holders and
   * the origin, never a home seed: a request is passed on once at most.
   *
   * @return completes once the size is known, exceptionally with a {@link FillException}
   */
  CompletableFuture<Content> fill(BlobRef ref);

  /**
   * The same for an order of the functions, for which nobody waits: it may end when nobody else
   * wants it and the content is closed.
   */
  default CompletableFuture<Content> fillForOrder(BlobRef ref) {
    return fill(ref);
  }
}
