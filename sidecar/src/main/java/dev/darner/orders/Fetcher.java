package dev.darner.orders;

import dev.darner.model.BlobRef;
import dev.darner.orders.FailedException.Kind;
import dev.darner.origin.Credential;
import dev.darner.store.Content;
import dev.darner.store.StoreException;
import dev.darner.task.Asker;
import dev.darner.task.BlobReader;
import dev.darner.task.TaskException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

/**
 * Has a content fetched until it is sealed, as one that nobody waits for: pieces that a runtime
 * waits for come first. Any thread may call.
 */
final class Fetcher {
  private final Contents contents;

  Fetcher(Contents contents) {
    this.contents = contents;
  }

  /**
   * Waits until a content is here and verified.
   *
   * @param opened told of the reader as soon as there is one; who is told of another closes the
   *     earlier
   * @return that reader; while it is open the content stays
   */
  BlobReader fetch(BlobRef ref, Credential credential, Consumer<BlobReader> opened)
      throws FailedException, InterruptedException {
    BlobReader reader = open(ref, credential);
    opened.accept(reader);
    awaitSeal(reader.content());
    return reader;
  }

  private BlobReader open(BlobRef ref, Credential credential)
      throws FailedException, InterruptedException {
    CompletableFuture<BlobReader> opening = contents.open(ref, Asker.ORDER, credential);
    try {
      return opening.get();
    } catch (ExecutionException e) {
      throw failed(e.getCause());
    } catch (InterruptedException e) {
      opening.cancel(false);
      throw e;
    }
  }

  private static FailedException failed(Throwable cause) {
    Kind kind =
        switch (cause) {
          case TaskException.Unavailable _, StoreException.Gone _, StoreException.Broken _ ->
              Kind.PASSING;
          case StoreException.Corrupt _ -> Kind.WRONG;
          case TaskException _, StoreException _ -> Kind.FINAL;
          default -> Kind.PASSING;
        };
    return new FailedException(String.valueOf(cause.getMessage()), cause, kind);
  }

  /** The last byte can be read once the digest held. */
  private static void awaitSeal(Content content) throws FailedException, InterruptedException {
    try {
      long size = content.layout().size();
      content.readable(Math.max(0, size - 1)).get();
    } catch (ExecutionException e) {
      throw failed(e.getCause());
    }
    if (!content.sealed()) {
      throw new FailedException(content.task() + " did not come whole", null, Kind.PASSING);
    }
  }
}
