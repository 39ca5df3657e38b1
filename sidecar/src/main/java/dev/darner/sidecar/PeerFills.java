package dev.darner.sidecar;

import dev.darner.model.BlobRef;
import dev.darner.origin.Credential;
import dev.darner.seeding.FillException;
import dev.darner.seeding.FillException.Reason;
import dev.darner.seeding.FillOnDemand;
import dev.darner.store.Content;
import dev.darner.task.Asker;
import dev.darner.task.BlobReader;
import dev.darner.task.TaskException;
import dev.darner.task.Tasks;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Fills for peers by this host's tasks. The door for peers opens first, so that its address is
 * known when the tasks begin; who asks before they do is told to ask again.
 */
final class PeerFills implements FillOnDemand {
  private volatile Tasks tasks;

  /** Fills by {@code tasks} from now on. */
  void from(Tasks tasks) {
    this.tasks = tasks;
  }

  @Override
  public CompletableFuture<Content> fill(BlobRef ref) {
    return fill(ref, Asker.PEER);
  }

  @Override
  public CompletableFuture<Content> fillForOrder(BlobRef ref) {
    return fill(ref, Asker.PEERS_ORDER);
  }

  private CompletableFuture<Content> fill(BlobRef ref, Asker asker) {
    Tasks ready = tasks;
    if (ready == null) {
      return CompletableFuture.failedFuture(
          new FillException(Reason.UNAVAILABLE, "this host is starting", null));
    }
    return ready
        .open(ref, asker, Credential.NONE)
        .thenApply(BlobReader::content)
        .exceptionallyCompose(e -> CompletableFuture.failedFuture(translated(e)));
  }

  private static FillException translated(Throwable thrown) {
    Throwable cause = thrown instanceof CompletionException ? thrown.getCause() : thrown;
    Reason reason =
        switch (cause) {
          case TaskException.NotFound _ -> Reason.NOT_FOUND;
          case TaskException.Denied _, TaskException.NotAllowed _ -> Reason.DENIED;
          case TaskException.Corrupt _ -> Reason.CORRUPT;
          default -> Reason.UNAVAILABLE;
        };
    return new FillException(reason, String.valueOf(cause.getMessage()), cause);
  }
}
