package dev.darner.registry;

import dev.darner.model.BlobRef;
import dev.darner.origin.Credential;
import dev.darner.task.Asker;
import dev.darner.task.BlobReader;
import java.util.concurrent.CompletableFuture;

/** Where the door gets content: the tasks of this host. */
@FunctionalInterface
interface BlobSource {

  /**
   * Opens a content; returns at once.
   *
   * @return completes once its size is known; exceptionally with a {@link
   *     dev.darner.task.TaskException}. Who cancels it need not close the reader
   */
  CompletableFuture<BlobReader> open(BlobRef ref, Asker asker, Credential credential);
}
