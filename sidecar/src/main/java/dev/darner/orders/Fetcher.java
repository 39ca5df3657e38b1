package dev.darner.orders;

import dev.darner.model.BlobRef;
import dev.darner.origin.Credential;
import dev.darner.store.Content;
import dev.darner.task.Asker;
import dev.darner.task.BlobReader;
import dev.darner.task.TaskException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

/**
 * Has a content fetched until it is sealed, as one that nobody waits for: pieces that a runtime
 * waits for come first. Any thread may call.
 */
final class Fetcher {
  /** A task tries its sources by itself; this is for an origin that is away for longer. */
  private static final int ATTEMPTS = 5;

  private static final Duration FIRST_REST = Duration.ofSeconds(1);

  private final Contents contents;
  private final Pause pause;

  Fetcher(Contents contents, Pause pause) {
    this.contents = contents;
    this.pause = pause;
  }

  /**
   * Waits until a content is here and verified.
   *
   * @param opened told of each reader that is begun with; who is told of another closes the earlier
   * @return the last of those; while it is open the content stays
   */
  BlobReader fetch(BlobRef ref, Credential credential, Consumer<BlobReader> opened)
      throws FailedException, InterruptedException {
    Duration rest = FIRST_REST;
    for (int attempt = 1; ; attempt++) {
      try {
        BlobReader reader = open(ref, credential);
        opened.accept(reader);
        awaitSeal(reader.content());
        return reader;
      } catch (FailedException e) {
        if (!e.isPassing() || attempt == ATTEMPTS) {
          throw e;
        }
      }
      pause.rest(rest);
      rest = rest.multipliedBy(2);
    }
  }

  private BlobReader open(BlobRef ref, Credential credential)
      throws FailedException, InterruptedException {
    CompletableFuture<BlobReader> opening = contents.open(ref, Asker.RUNTIME, credential);
    try {
      return opening.get();
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      throw new FailedException(String.valueOf(cause.getMessage()), cause, isPassing(cause));
    } catch (InterruptedException e) {
      opening.cancel(false);
      throw e;
    }
  }

  private static boolean isPassing(Throwable cause) {
    return !(cause instanceof TaskException known) || known instanceof TaskException.Unavailable;
  }

  /** The last byte can be read once the digest held. */
  private static void awaitSeal(Content content) throws FailedException, InterruptedException {
    try {
      long size = content.layout().size();
      content.readable(Math.max(0, size - 1)).get();
    } catch (ExecutionException e) {
      throw new FailedException(String.valueOf(e.getCause().getMessage()), e.getCause(), true);
    }
    if (!content.sealed()) {
      throw new FailedException(content.task() + " did not come whole", null, true);
    }
  }
}
